namespace Graft.Testing.TensorFlowJs;

/// <summary>TensorFlow.js in a Node.js process.</summary>
public static class TensorFlowJsPeer
{
    private static readonly NodePeer Peer = new("TensorFlow.js", "tfjs");

    /// <summary>Why it cannot be used on this machine, as a reason to skip a test; null when it can.</summary>
    public static string? WhyUnavailable => Peer.WhyUnavailable;

    /// <summary>Runs models, all in one process.</summary>
    /// <param name="jobs">What to run.</param>
    /// <returns>One answer for each job.</returns>
    public static IReadOnlyList<TensorFlowJsAnswer> Run(params IReadOnlyList<TensorFlowJsJob> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        var answers = Peer.Run<TensorFlowJsAnswer>([.. jobs.Select(job => job.Values)], (i, input, output) => new
            {
                jobs[i].Model,
                jobs[i].Unpack,
                Input = input,
                jobs[i].Shape,
                Output = output,
            });
        return [.. answers.Select(pair => pair.Answer with { Values = pair.Values })];
    }
}
