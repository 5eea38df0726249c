using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models.Networks;
using Graft.Tensors;
using Graft.Testing.OnnxRuntime;
using Graft.Weights.Onnx;

namespace Graft.Models.Tests;

/// <summary>
/// ResNet-50 as an ONNX file, with random weights: what ONNX Runtime computes, and what is read back.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ResNet50OnnxTests : IDisposable
{
    private const int Size = 64;
    private const int Batch = 3;
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-onnx-").FullName;

    private string FilePath => Path.Combine(_folder, "resnet50.onnx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)] // logits
    [InlineData(true)] // probabilities
    public void It_gives_the_same_values_in_ONNX_Runtime(bool probabilities)
    {
        if (OnnxRuntimePeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
        using var network = Build(probabilities);
        using var input = Pixels();
        OnnxWriter.Write(FilePath, network, new OnnxExportOptions());
        var expected = Run(network, input);
        // Values that say something: the images differ, and so do the classes.
        Assert.True(expected.Max() - expected.Min() > 0.1f);
        Assert.NotEqual(expected[..10], expected[10..20]);
        var answer = Assert.Single(
            OnnxRuntimePeer.Run(new OnnxRuntimeJob(FilePath, input.Shape.Dimensions.ToArray(), input.Span.ToArray()))
        );
        Assert.Equal([Batch, 10], answer.Shape);
        var tolerance = 1e-4f * Math.Max(1, expected.Max(Math.Abs));
        Assert.All(expected.Zip(answer.Values), pair =>
            Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance)
        );
    }

    [Fact]
    public void It_is_read_back_bit_for_bit_and_written_again_byte_for_byte()
    {
        using var network = Build(probabilities: true);
        OnnxWriter.Write(FilePath, network, new OnnxExportOptions());
        using var model = OnnxModel.Read(FilePath);
        Assert.Equal(
            network.Nodes.Select(node => (node.Name, node.Layer.Kind)),
            model.Network.Nodes.Select(node => (node.Name, node.Layer.Kind))
        );
        foreach (var (written, read) in network.Parameters.Zip(model.Network.Parameters))
        {
            Assert.Equal(written.Key, read.Key);
            Assert.True(written.Value.Value.Span.SequenceEqual(read.Value.Value.Span), written.Key);
        }

        using var input = Pixels();
        Assert.Equal(Run(network, input), Run(model.Network, input));
        var again = Path.Combine(_folder, "again.onnx");
        OnnxWriter.Write(again, model.Network, new OnnxExportOptions());
        Assert.True(File.ReadAllBytes(FilePath).AsSpan().SequenceEqual(File.ReadAllBytes(again)));
    }

    private static Network Build(bool probabilities)
    {
        var network = Architectures.Find("resnet50").Build(Preprocessing.Caffe(Size), classes: 10);
        if (probabilities)
            network.Add("softmax", new Softmax());
        var random = new DeterministicRandom(50);
        Initializers.HeUniform(network, random);
        foreach (var (name, parameter) in network.Parameters)
        {
            // The last normalisation of each block is small, or sixteen sums would grow without end.
            var centre =
                name.EndsWith("running_var", StringComparison.Ordinal) ? 1
                : parameter.Role == ParameterRole.Scale ? (name.Contains("bn3", StringComparison.Ordinal) ? 0.3f : 1)
                : 0;
            if (parameter.Role == ParameterRole.Weight)
                continue;
            foreach (ref var value in parameter.Value.Span)
                value = centre + (0.2f * (random.NextSingle() - 0.5f));
        }

        // Pixels of up to 255 come in; the first convolution brings them to the size of the rest.
        foreach (ref var value in network["conv1"].Layer.Parameters[0].Value.Span)
            value /= 100;
        return network;
    }

    private static Tensor Pixels()
    {
        var random = new DeterministicRandom(1);
        var pixels = Tensor.Uninitialized(new Shape(Batch, Size, Size, 3));
        for (var i = 0; i < pixels.Length; i++)
            pixels.Span[i] = (random.NextInt(128) + (i / (pixels.Length / Batch) * 40)) % 256;
        return pixels;
    }

    private static float[] Run(Network network, Tensor input)
    {
        using var workers = new WorkerPool(2);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(Batch, workers);
        using var output = runner.Run(input);
        return output.Span.ToArray();
    }
}
