using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Training.Benchmarking;
using Graft.Weights.Onnx;

namespace Graft.Benchmarks.Peers;

/// <summary>
/// Runs one case: same file, same input, one program after the other in each round, the others resting.
/// </summary>
internal static class PeerComparison
{
    /// <summary>
    /// Winograd's rounding is below 1e-4 of the features' norm; anything above this is another network.
    /// </summary>
    private const double LargestRelativeError = 1e-3;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static PeerResult Run(PeerCase job, PeerOptions options, string folder, Action<string> report)
    {
        var model = Path.Combine(
            folder,
            $"{(job.Training is null ? "features" : "classifier")}-{job.Backbone}-{job.ImageSize}.onnx"
        );
        var input = Path.Combine(folder, $"{job.ImageSize}-b{job.BatchSize}.pixels");
        var operations = Write(job, model, input);
        double peak;
        using (var workers = new WorkerPool(job.Threads))
            peak = FmaPeak.Measure(workers);
        var programs = new List<PeerProcess>();
        try
        {
            var outputs = new List<string>();
            foreach (var (program, arguments) in Commands(job, options))
            {
                outputs.Add(Path.Combine(folder, $"features{outputs.Count}"));
                programs.Add(
                    new PeerProcess(
                        program,
                        [
                            .. arguments,
                            model,
                            input,
                            outputs[^1],
                            Text(job.BatchSize),
                            Text(job.ImageSize),
                            Text(job.Threads),
                        ]
                    )
                );
                report($"{job.Name}: {programs[^1].Name} {programs[^1].Version} is ready");
            }

            var features = outputs.ConvertAll(path =>
                MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray()
            );
            // With the statistics of its batches a network of random weights multiplies rounding errors: only the first
            // loss tells of the network.
            if (job.Training is { Statistics: true })
                features = features.ConvertAll(losses => losses[..1]);
            var errors = features.ConvertAll(answer => RelativeError(features[0], answer));
            for (var i = 0; i < errors.Count; i++)
            {
                if (!(errors[i] <= LargestRelativeError))
                    throw new InvalidDataException(
                        $"{job.Name}: Graft's {(job.Training is null ? "features" : "losses")} are {errors[i]:G3} "
                            + $"away from those of {programs[i].Name}, relative to their "
                            + $"size{Losses(job, features[0], features[i])}; expected at most "
                            + $"{LargestRelativeError:G1}. They do not compute the same network, so their "
                            + "times say nothing."
                    );
            }

            return Time(job, options, programs, errors, peak, operations, report);
        }
        finally
        {
            programs.ForEach(program => program.Dispose());
        }
    }

    private static string Losses(PeerCase job, float[] ours, float[] theirs) =>
        job.Training is null
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $" ({string.Join(", ", ours.Zip(theirs, (one, other) => $"{one:G6} against {other:G6}"))})"
            );

    private static PeerResult Time(
        PeerCase job,
        PeerOptions options,
        List<PeerProcess> programs,
        List<double> errors,
        double peak,
        double operations,
        Action<string> report
    )
    {
        var counts = programs.ConvertAll(program => WarmUp(program, options));
        var rates = programs.ConvertAll(_ => new double[options.Rounds]);
        var resting = new double[programs.Count];
        var othersTurns = new double[programs.Count];
        for (var round = 0; round < options.Rounds; round++)
        {
            // Each round begins with another program, so that none always comes after the same one.
            for (var turn = 0; turn < programs.Count; turn++)
            {
                var current = (round + turn) % programs.Count;
                Thread.Sleep(Pause);
                var before = programs.ConvertAll(program => program.ProcessorSeconds);
                var seconds = programs[current].Run(counts[current]).Sum();
                rates[current][round] = job.BatchSize * counts[current] / seconds;
                for (var other = 0; other < programs.Count; other++)
                {
                    if (other == current)
                        continue;
                    resting[other] += programs[other].ProcessorSeconds - before[other];
                    othersTurns[other] += seconds;
                }
            }

            var measured = programs.Select(
                (program, i) => string.Create(CultureInfo.InvariantCulture, $"{program.Name} {rates[i][round]:F2}")
            );
            report($"{job.Name}: round {round + 1} of {options.Rounds}: {string.Join(", ", measured)} images/s");
        }

        return new PeerResult(
            job.Name,
            peak,
            operations,
            [
                .. programs.Select(
                    (program, i) =>
                    {
                        var (most, now) = program.Memory();
                        var ratio =
                            i == 0 ? null : Spread.Compute(rates[0].Zip(rates[i], (graft, other) => graft / other));
                        return new ProgramResult(
                            program.Name,
                            program.Version,
                            Spread.Compute(rates[i]),
                            ratio,
                            errors[i],
                            program.LoadSeconds,
                            most,
                            now,
                            othersTurns[i] > 0 ? resting[i] / othersTurns[i] : 0
                        );
                    }
                ),
            ]
        );
    }

    /// <summary>Runs until code is compiled and buffers are touched.</summary>
    /// <returns>How many batches fill a turn.</returns>
    private static int WarmUp(PeerProcess program, PeerOptions options)
    {
        var start = Stopwatch.GetTimestamp();
        double fastest;
        do
        {
            fastest = program.Run(2).Min();
        } while (Stopwatch.GetElapsedTime(start).TotalSeconds < options.WarmUpSeconds);
        return Math.Max(1, (int)Math.Ceiling(options.Seconds / fastest));
    }

    private static double Write(PeerCase job, string model, string input)
    {
        var original = BenchmarkBackbones.Build(job.Backbone, job.ImageSize);
        var expected = FirstFeatures(original);
        using var network = PaddingFolding.Fold(original);
        if (!(RelativeError(expected, FirstFeatures(network)) <= LargestRelativeError))
            throw new InvalidDataException(
                $"{job.Name}: moving paddings into the layers behind them changed the features; "
                    + $"{nameof(PaddingFolding)} is wrong."
            );
        if (job.Training is not null)
        {
            TrainingMode.AddHead(network);
            RandomWeights.Fill(network, seed: 1);
        }

        OnnxWriter.Write(
            model,
            network,
            new OnnxExportOptions { OutputName = job.Training is null ? "features" : "logits" }
        );
        using var pixels = RandomWeights.Pixels(job.BatchSize, network.InputShape);
        File.WriteAllBytes(input, MemoryMarshal.AsBytes(pixels.Span));
        if (job.Training is { } training)
            return training.Operations(network) / 1e9;
        using var plan = InferencePlan.Compile(network);
        return plan.OperationsPerImage / 1e9;
    }

    /// <summary>The features of one image.</summary>
    private static float[] FirstFeatures(Network network)
    {
        using var workers = new WorkerPool();
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(1, workers);
        using var pixels = RandomWeights.Pixels(1, network.InputShape);
        using var features = runner.Run(pixels);
        return features.Span.ToArray();
    }

    private static IEnumerable<(string Program, string[] Arguments)> Commands(PeerCase job, PeerOptions options)
    {
        if (job.Training is { } training)
        {
            yield return (Environment.ProcessPath!, ["train", training.Name]);
            yield return (options.Python, [Path.Combine(options.Scripts, "torch_training_server.py"), training.Name]);
            yield break;
        }

        yield return (Environment.ProcessPath!, ["serve"]);
        if (options.Takes("onnxruntime"))
            yield return ("dotnet", ["exec", OnnxRuntimeProgram, "serve"]);
        if (options.Takes("torch"))
            yield return (options.Python, [Path.Combine(options.Scripts, "torch_server.py")]);
    }

    /// <summary>The program that the tests use too; it is built with this one.</summary>
    private static string OnnxRuntimeProgram
    {
        get
        {
            // artifacts/bin/PROJECT/CONFIGURATION/
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(
                folder.Parent!.Parent!.FullName,
                "Graft.OnnxRuntimePeer",
                folder.Name,
                "Graft.OnnxRuntimePeer.dll"
            );
        }
    }

    private static double RelativeError(float[] graft, float[] other)
    {
        if (graft.Length != other.Length)
            return double.PositiveInfinity;
        double difference = 0,
            size = 0;
        for (var i = 0; i < graft.Length; i++)
        {
            difference += Math.Pow((double)graft[i] - other[i], 2);
            size += Math.Pow(other[i], 2);
        }

        return size > 0 ? Math.Sqrt(difference / size) : double.PositiveInfinity;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
