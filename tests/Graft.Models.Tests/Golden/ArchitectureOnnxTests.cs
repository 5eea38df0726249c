using Graft.Layers;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models.Networks;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.OnnxRuntime;
using Graft.Weights.Onnx;

namespace Graft.Models.Tests.Golden;

/// <summary>
/// Every architecture as an ONNX file, with seeded weights: what ONNX Runtime computes, and what is read back and
/// written again.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ArchitectureOnnxTests : IDisposable
{
    private const int Batch = 2;
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-onnx-").FullName;

    private string FilePath => Path.Combine(_folder, "model.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Names => [.. GoldenNetworks.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_gives_the_same_values_in_ONNX_Runtime_and_is_read_back_bit_for_bit(string name)
    {
        if (OnnxRuntimePeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
        var architecture = Architectures.Find(name);
        var size = SmallSize(architecture);
        using var network = SmallNetwork(architecture, size);
        using var input = Pixels(size);
        OnnxWriter.Write(FilePath, network, new OnnxExportOptions());
        var expected = Run(network, input);
        var answer = Assert.Single(
            OnnxRuntimePeer.Run(new OnnxRuntimeJob(FilePath, input.Shape.Dimensions.ToArray(), input.Span.ToArray()))
        );
        Assert.Equal([Batch, .. network.OutputShape.Dimensions.ToArray()], answer.Shape);
        Assert.InRange(Closeness.RelativeDistance(answer.Values, expected), 0, 1e-4);

        using var model = OnnxModel.Read(FilePath);
        Assert.Equal(network.Nodes.Select(Text), model.Network.Nodes.Select(Text));
        Assert.All(network.Parameters.Zip(model.Network.Parameters), pair =>
        {
            Assert.Equal(pair.First.Key, pair.Second.Key);
            Assert.True(Closeness.SameBits(pair.First.Value.Value.Span, pair.Second.Value.Value.Span), pair.First.Key);
        });
        Assert.True(Closeness.SameBits(expected, Run(model.Network, input)));
        var again = Path.Combine(_folder, "again.onnx");
        OnnxWriter.Write(again, model.Network, new OnnxExportOptions());
        Assert.True(File.ReadAllBytes(FilePath).AsSpan().SequenceEqual(File.ReadAllBytes(again)));

        static string Text(NetworkNode node) =>
            $"{node.Name} {node.Layer.Kind} {node.Layer.Configuration} {string.Join(',', node.Inputs)}";
    }

    /// <summary>
    /// Small images are enough, but AlexNet's adaptive pooling can only be written where its windows are of one size.
    /// </summary>
    internal static int SmallSize(Architecture architecture) =>
        architecture.Name == "alexnet" ? 224 : Math.Max(64, architecture.SmallestSize);

    /// <summary>With seeded weights; without the classifier of VGGs, half a gigabyte that is the same in all.</summary>
    internal static Network SmallNetwork(Architecture architecture, int size)
    {
        var network = architecture.Build(architecture.Preprocessing.WithSize(size));
        if (architecture.Name.StartsWith("vgg", StringComparison.Ordinal))
            network.CutAt(architecture.SpatialFeatures);
        SeededParameters.Fill(network);
        return network;
    }

    internal static Tensor Pixels(int size)
    {
        var random = new DeterministicRandom(1);
        var pixels = Tensor.Uninitialized(new Shape(Batch, size, size, 3));
        foreach (ref var value in pixels.Span)
            value = random.NextInt(256);
        return pixels;
    }

    internal static float[] Run(Network network, Tensor input)
    {
        using var workers = new WorkerPool(2);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(Batch, workers);
        using var output = runner.Run(input);
        return output.Span.ToArray();
    }
}
