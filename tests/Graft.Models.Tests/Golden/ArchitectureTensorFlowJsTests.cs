using Graft.Models.Networks;
using Graft.Testing;
using Graft.Testing.TensorFlowJs;
using Graft.Weights.TfJs;

namespace Graft.Models.Tests.Golden;

/// <summary>
/// Every architecture as a TensorFlow.js layers model, with seeded weights: what TensorFlow.js computes, and what is
/// read back.
/// </summary>
[Trait("Category", "Slow")]
public sealed class ArchitectureTensorFlowJsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-tfjs-").FullName;

    /// <summary>Keras has no layer for a mean image.</summary>
    public static TheoryData<string> Names =>
        [.. GoldenNetworks.Names.Where(name => !Architectures.Find(name).Preprocessing.HasMeanImage)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void It_gives_the_same_values_in_TensorFlow_js_and_read_back(string name)
    {
        if (TensorFlowJsPeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
        var architecture = Architectures.Find(name);
        var size = ArchitectureOnnxTests.SmallSize(architecture);
        using var network = ArchitectureOnnxTests.SmallNetwork(architecture, size);
        using var input = ArchitectureOnnxTests.Pixels(size);
        var expected = ArchitectureOnnxTests.Run(network, input);
        TfJsWriter.Write(_folder, network);
        var path = Path.Combine(_folder, "model.json");
        var answer = Assert.Single(
            TensorFlowJsPeer.Run(new TensorFlowJsJob(path, input.Shape.Dimensions.ToArray(), input.Span.ToArray()))
        );
        Assert.Equal([input.Shape[0], .. network.OutputShape.Dimensions.ToArray()], answer.Shape);
        Assert.InRange(Closeness.RelativeDistance(expected, answer.Values), 0, 1e-4);

        using var again = TfJsNetwork.Read(TfJsModel.Open(path));
        Assert.InRange(Closeness.RelativeDistance(expected, ArchitectureOnnxTests.Run(again, input)), 0, 1e-4);
    }

    [Fact]
    public void A_mean_image_is_an_error_that_names_its_node()
    {
        using var network = Architectures
            .Find("resnet18_cntk")
            .BuildTrunk(Architectures.Find("resnet18_cntk").Preprocessing.WithSize(32));
        var error = Assert.Throws<ArgumentException>(() => TfJsWriter.Write(_folder, network));
        Assert.Contains("'mean_image'", error.Message);
    }
}
