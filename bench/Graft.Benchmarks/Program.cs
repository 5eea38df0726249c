using BenchmarkDotNet.Running;
using Graft.Benchmarks.Accuracy;
using Graft.Benchmarks.Decoding;
using Graft.Benchmarks.Elementwise;
using Graft.Benchmarks.Extraction;
using Graft.Benchmarks.Files;
using Graft.Benchmarks.Layers;
using Graft.Benchmarks.Memory;
using Graft.Benchmarks.Peers;

return args switch
{
    ["peers", .. var options] => PeerCommand.Run(options),
    ["serve", var model, var input, var output, var batch, var size, var threads] => GraftServer.Run(
        model,
        input,
        output,
        int.Parse(batch),
        int.Parse(size),
        int.Parse(threads)
    ),
    ["accuracy", .. var options] => AccuracyCommand.Run(options),
    ["limits", .. var options] => LimitsCommand.Run(options),
    ["train", var mode, var model, var input, var output, var batch, var size, var threads] => TrainingServer.Run(
        mode,
        model,
        input,
        output,
        int.Parse(batch),
        int.Parse(size),
        int.Parse(threads)
    ),
    ["epochs", .. var options] => EpochsCommand.Run(options),
    ["roofline", .. var options] => RooflineCommand.Run(options),
    ["reading", .. var options] => ReadingCommand.Run(options),
    ["decoding", .. var options] => DecodingCommand.Run(options),
    ["elementwise", .. var options] => ElementwiseCommand.Run(options),
    ["extraction", .. var options] => ExtractionCommand.Run(options),
    _ => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1,
};
