using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Testing.OnnxRuntime;
using Graft.Weights.Onnx;

namespace Graft.Weights.Tests.Onnx;

/// <summary>ONNX Runtime computes from the files what Graft computes from the networks.</summary>
[Trait("Category", "Slow")]
public sealed class OnnxRuntimeTests : IDisposable
{
    private const int RandomNetworkCount = 60;
    private const double Tolerance = 1e-4;
    private static readonly int[] Batches = [1, 3];
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_layer_gives_the_same_values_in_ONNX_Runtime()
    {
        SkipWithoutPeer();
        Compare(LayerNetworks.Names.Select(name => (name, LayerNetworks.Build(name))));
    }

    [Fact]
    public void Random_networks_give_the_same_values_in_ONNX_Runtime()
    {
        SkipWithoutPeer();
        Compare(
            Enumerable
                .Range(1000, RandomNetworkCount)
                .Select(seed => ($"seed {seed}", RandomNetworks.Build((ulong)seed)))
        );
    }

    private static void SkipWithoutPeer()
    {
        if (OnnxRuntimePeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
    }

    private void Compare(IEnumerable<(string Name, Network Network)> networks)
    {
        var names = new List<string>();
        var jobs = new List<OnnxRuntimeJob>();
        var expected = new List<(Shape Shape, float[] Values)>();
        foreach (var (name, network) in networks)
        {
            using (network)
            {
                var path = Path.Combine(_folder, $"{names.Count}.onnx");
                OnnxWriter.Write(path, network, new OnnxExportOptions());
                foreach (var batch in Batches)
                {
                    using var input = NetworkText.RandomInput(network, batch, (ulong)names.Count);
                    names.Add($"{name}, batch {batch}");
                    jobs.Add(new OnnxRuntimeJob(path, input.Shape.Dimensions.ToArray(), input.Span.ToArray()));
                    expected.Add(
                        (new Shape([batch, .. network.OutputShape.Dimensions]), NetworkText.Run(network, input))
                    );
                }
            }
        }

        var answers = OnnxRuntimePeer.Run(jobs);
        Assert.Equal(jobs.Count, answers.Count);
        Assert.All(answers.Zip(names, expected), item =>
        {
            var (answer, name, (shape, values)) = item;
            Assert.Equal("pixels", answer.InputName);
            Assert.Equal("probabilities", answer.OutputName);
            Assert.Equal(shape.Dimensions.ToArray(), answer.Shape);
            Assert.Equal(values.Length, answer.Values.Length);
            var scale = Math.Max(1, values.Max(Math.Abs));
            for (var i = 0; i < values.Length; i++)
                Assert.True(
                    Math.Abs(values[i] - answer.Values[i]) <= Tolerance * scale,
                    $"{name}: value {i} is {values[i]} in Graft, {answer.Values[i]} in ONNX Runtime."
                );
        });
    }
}
