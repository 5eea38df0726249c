using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Models.Networks;
using Graft.Models.Tests.Golden;
using Graft.Tensors;
using Graft.Weights.Formats;
using Graft.Weights.Safetensors;

namespace Graft.Models.Tests.Timm;

/// <summary>timm's names; make_timm_names.py made them from timm's own definitions of its networks.</summary>
public sealed class TimmNamesTests : IDisposable
{
    private static readonly JsonElement Golden = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Timm", "timm-names.json")))
        .RootElement;

    private readonly string _path = Path.GetTempFileName();

    public static TheoryData<string> Names => [.. Golden.EnumerateObject().Select(entry => entry.Name)];

    public void Dispose() => File.Delete(_path);

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_and_shapes_are_timms(string name)
    {
        using var network = Build(name);
        var tensors = TimmTensors(network).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        var golden = Golden.GetProperty(name);
        foreach (var some in golden.GetProperty("some").EnumerateObject())
            Assert.Equal(
                some.Value.EnumerateArray().Select(size => size.GetInt32()),
                tensors[some.Name].Dimensions.ToArray()
            );
        Assert.Equal(golden.GetProperty("tensors").GetInt32(), tensors.Count);
        var lines = tensors
            .Select(tensor => $"{tensor.Key} [{string.Join(", ", tensor.Value.Dimensions.ToArray())}]\n")
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            golden.GetProperty("digest").GetString(),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))))
        );
    }

    [Theory]
    [InlineData("mobilenet_v3_small", true)]
    [InlineData("efficientnet_b0", false)]
    public void A_file_of_timm_gives_the_same_network_with_timms_epsilon(string name, bool hasOtherEpsilon)
    {
        using var network = Build(name);
        SeededParameters.Fill(network);
        Write(network);
        using var copy = Build(name);
        using (var file = TensorFile.Open(_path))
            NetworkWeights.LoadTorchvision(copy, _path, file.ShapeOf, file.Read);
        foreach (var (original, loaded) in network.Nodes.Zip(copy.Nodes))
        {
            foreach (var (expected, actual) in original.Layer.Parameters.Zip(loaded.Layer.Parameters))
            {
                if (original.Layer is not BatchNormalization || expected.Name != "weight" || !hasOtherEpsilon)
                    Assert.Equal(expected.Value.Span.ToArray(), actual.Value.Span.ToArray());
            }

            if (original.Layer is BatchNormalization before && loaded.Layer is BatchNormalization after)
                RequireSameFactors(before, after);
        }
    }

    [Fact]
    public void Networks_of_other_families_have_no_names_of_timms()
    {
        using var network = Build("resnet18");
        Assert.All(TorchvisionNames.Create(network), tensor => Assert.Empty(tensor.OtherNames));
    }

    /// <summary>What a channel is multiplied with must be what timm multiplies it with.</summary>
    private static void RequireSameFactors(BatchNormalization before, BatchNormalization after)
    {
        for (var i = 0; i < before.Channels; i++)
        {
            var expected = before.Weight.Value.Span[i] / Math.Sqrt(before.RunningVariance.Value.Span[i] + 1e-5);
            var actual =
                after.Weight.Value.Span[i] / Math.Sqrt(after.RunningVariance.Value.Span[i] + (double)after.Epsilon);
            Assert.InRange(actual, expected - (1e-6 * Math.Abs(expected)), expected + (1e-6 * Math.Abs(expected)));
        }
    }

    private static Network Build(string name)
    {
        var architecture = Architectures.Find(name);
        return architecture.Build(architecture.Preprocessing);
    }

    /// <summary>timm keeps the hidden layer of MobileNetV3's classifier as a pointwise convolution.</summary>
    private static IEnumerable<(string Name, Shape Shape, TorchvisionTensor Tensor)> TimmTensors(Network network) =>
        TorchvisionNames
            .Create(network)
            .Select(tensor =>
            {
                var name = Assert.Single(tensor.OtherNames);
                return (
                    name,
                    name == "conv_head.weight" && tensor.Shape.Rank == 2
                        ? new Shape(tensor.Shape[0], tensor.Shape[1], 1, 1)
                        : tensor.Shape,
                    tensor
                );
            });

    private void Write(Network network)
    {
        var tensors = new List<(string, Tensor)>();
        foreach (var (name, shape, place) in TimmTensors(network))
        {
            var tensor = Tensor.Uninitialized(shape);
            place.Write(tensor.Span);
            tensors.Add((name, tensor));
        }

        SafetensorsWriter.Write(_path, tensors);
        tensors.ForEach(tensor => tensor.Item2.Dispose());
    }
}
