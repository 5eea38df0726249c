using Graft.Features.Backbones;
using Graft.Layers.Networks;
using Graft.Learning;
using Graft.Learning.Heads;

namespace Graft.Training.Runs;

/// <summary>A trunk with a head that has learned, in whatever way. Owns what it has of both.</summary>
internal sealed class FittedModel : IDisposable
{
    /// <summary>The trunk where it was trained with; null where only its features were used.</summary>
    public Backbone? Trunk { get; init; }

    /// <summary>The head, from features to logits.</summary>
    public required Network Head { get; init; }

    /// <summary>Epochs, or iterations of the linear head's solver.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epochs; none where the head was solved.</summary>
    public IReadOnlyList<EpochResult> History { get; init; } = [];

    /// <summary>Why training ended before its last epoch; null where it did not.</summary>
    public string? StopReason { get; init; }

    /// <summary>The penalty of a head that was solved.</summary>
    public double? L2 { get; init; }

    /// <summary>What the penalty was chosen from.</summary>
    public IReadOnlyList<L2Candidate> Search { get; init; } = [];

    /// <summary>The first stage or node of the trunk that learned; null where the trunk is as it was.</summary>
    public string? Unfrozen { get; init; }

    /// <summary>How many numbers learned.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>
    /// What heads said of training images that they had not seen; empty where images were kept aside, or none held out.
    /// </summary>
    public IReadOnlyList<OutOfFoldLogits> OutOfFold { get; init; } = [];

    /// <summary>Whether the validation images decided when training stopped.</summary>
    public bool ValidationDecidedStopping { get; init; }

    public void Dispose()
    {
        Head.Dispose();
        Trunk?.Dispose();
    }
}
