using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace Graft.OnnxRuntimePeer;

/// <summary>
/// Runs the jobs that a test wrote: <c>jobs.json</c> has the model, the shape and file of float32 input values, and the
/// file for the output's values; <c>answers.json</c> receives names and shapes.
/// </summary>
internal static class JobRunner
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static void Run(string folder)
    {
        var jobs = JsonSerializer.Deserialize<Job[]>(File.ReadAllText(Path.Combine(folder, "jobs.json")), Json)!;
        var answers = new List<Answer>();
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Jobs of one model mostly follow each other.
        InferenceSession? session = null;
        for (var i = 0; i < jobs.Length; i++)
        {
            if (session is null || jobs[i].Model != jobs[i - 1].Model)
            {
                session?.Dispose();
                session = new InferenceSession(jobs[i].Model, options);
            }

            answers.Add(Run(session, jobs[i]));
        }

        session?.Dispose();
        File.WriteAllText(Path.Combine(folder, "answers.json"), JsonSerializer.Serialize(answers, Json));
    }

    private static Answer Run(InferenceSession session, Job job)
    {
        var values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(job.Input)).ToArray();
        using var input = OrtValue.CreateTensorValueFromMemory(values, [.. job.Shape.Select(size => (long)size)]);
        using var run = new RunOptions();
        using var results = session.Run(run, [session.InputNames[0]], [input], [session.OutputNames[0]]);
        File.WriteAllBytes(job.Output, MemoryMarshal.AsBytes(results[0].GetTensorDataAsSpan<float>()).ToArray());
        var shape = results[0].GetTensorTypeAndShape().Shape;
        return new(session.InputNames[0], session.OutputNames[0], [.. shape.Select(size => (int)size)]);
    }

    private sealed record Job(string Model, string Input, int[] Shape, string Output);

    private sealed record Answer(string InputName, string OutputName, int[] Shape);
}
