using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Models.Networks;
using Graft.Models.Tests.Golden;
using Graft.Tensors;
using Graft.Testing;
using Graft.Weights;
using Graft.Weights.Safetensors;

namespace Graft.Models.Tests;

public sealed class TorchvisionNamesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-names-").FullName;

    private string FilePath => Path.Combine(_folder, "weights.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Kernels_and_matrices_are_reordered_and_the_rest_is_not()
    {
        using var network = Small();
        foreach (var (name, parameter) in network.Parameters)
        {
            for (var i = 0; i < parameter.Value.Length; i++)
                parameter.Value.Span[i] = i + (name.Length * 1000);
        }

        var places = TorchvisionNames.Create(network).ToDictionary(place => place.Name);
        Assert.Equal(network.Parameters.Select(parameter => parameter.Key), places.Keys);

        // Our [height, width, inputs, outputs]; theirs [outputs, inputs, height, width].
        Compare(places["conv.weight"], new Shape(4, 3, 2, 2), index =>
            (((((index[2] * 2) + index[3]) * 3) + index[1]) * 4) + index[0]
        );
        Compare(places["conv.bias"], new Shape(4), index => index[0]);

        // Their inputs are channels, height, width of the map of 2 x 3 pixels and 4 channels.
        Compare(places["hidden.weight"], new Shape(5, 24), index =>
        {
            var (channel, pixel) = Math.DivRem(index[1], 6);
            return (((pixel * 4) + channel) * 5) + index[0];
        });
        Compare(places["last.weight"], new Shape(2, 5), index => (index[1] * 2) + index[0]);

        static void Compare(TorchvisionTensor place, Shape shape, Func<int[], int> ours)
        {
            Assert.Equal(shape, place.Shape);
            var values = new float[shape.ElementCount];
            place.Write(values);
            var index = new int[shape.Rank];
            for (var i = 0; i < values.Length; i++)
            {
                var rest = i;
                for (var dimension = shape.Rank - 1; dimension >= 0; dimension--)
                    (rest, index[dimension]) = Math.DivRem(rest, shape[dimension]);
                Assert.Equal(place.Parameter.Value.Span[ours(index)], values[i]);
            }
        }
    }

    [Theory]
    [InlineData("squeezenet1_1")]
    [InlineData("mobilenet_v3_small")]
    [InlineData("densenet121")]
    public void Weights_written_for_torchvision_are_read_back_bit_for_bit(string name)
    {
        var architecture = Architectures.Find(name);
        using var network = architecture.Build(architecture.Preprocessing);
        SeededParameters.Fill(network);
        NetworkWeights.SaveTorchvision(network, FilePath);
        using var copy = architecture.Build(architecture.Preprocessing);
        using (var file = SafetensorsFile.Open(FilePath))
        {
            Assert.Equal("pt", file.Metadata["format"]);
            Assert.Equal(name, Architectures.ForWeights(name, file.Entries.Select(entry => entry.Name)).Name);
            NetworkWeights.Load(copy, file);
        }

        Assert.All(network.Parameters.Zip(copy.Parameters), pair =>
            Assert.True(Closeness.SameBits(pair.First.Value.Value.Span, pair.Second.Value.Value.Span), pair.First.Key)
        );
    }

    [Fact]
    public void The_first_names_of_DenseNets_are_known()
    {
        using var network = Architectures.Find("densenet121").Build(Preprocessing.Torchvision(32));
        var places = TorchvisionNames.Create(network);
        Assert.Equal(
            ["features.denseblock2.denselayer12.norm.1.running_var"],
            places.Single(place => place.Name == "features.denseblock2.denselayer12.norm1.running_var").OtherNames
        );
        Assert.Empty(places.Single(place => place.Name == "features.transition1.norm.weight").OtherNames);
        var old = places.ToDictionary(place => place.OtherNames.SingleOrDefault() ?? place.Name);
        Assert.Equal(58 * 10, places.Count(place => place.OtherNames.Count > 0));
        NetworkWeights.LoadTorchvision(
            network,
            "old.pth",
            name => old.GetValueOrDefault(name)?.Shape,
            name =>
            {
                var tensor = Tensor.Uninitialized(old[name].Shape);
                tensor.Span.Fill(name.Length);
                return tensor;
            }
        );
        Assert.Equal(
            "features.denseblock4.denselayer16.conv.2.weight".Length,
            network["features.denseblock4.denselayer16.conv2"].Layer.Parameters[0].Value.Span[0]
        );
    }

    [Fact]
    public void A_file_of_another_network_is_refused_with_the_tensor()
    {
        using (var other = Architectures.Find("squeezenet1_0").Build(Preprocessing.Torchvision(64)))
            NetworkWeights.SaveTorchvision(other, FilePath);
        using var file = SafetensorsFile.Open(FilePath);
        using var network = Architectures.Find("squeezenet1_1").Build(Preprocessing.Torchvision(64));
        var shape = Assert.Throws<WeightsFormatException>(() => NetworkWeights.Load(network, file));
        Assert.All(["'features.0.weight' of shape [64, 3, 3, 3]", "shape [96, 3, 7, 7]", FilePath], part =>
            Assert.Contains(part, shape.Message, StringComparison.Ordinal)
        );
        using var mobile = Architectures.Find("mobilenet_v2").Build(Preprocessing.Torchvision(64));
        Assert.Contains(
            "a tensor 'features.0.0.weight'",
            Assert.Throws<WeightsFormatException>(() => NetworkWeights.Load(mobile, file)).Message,
            StringComparison.Ordinal
        );
    }

    private static Network Small()
    {
        var network = new Network(new Shape(5, 7, 3));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 4,
                    KernelHeight = 2,
                    KernelWidth = 2,
                }
            )
        );
        network.Add("pool", new AdaptiveAveragePooling2D(2, 3));
        network.Add("flatten", new Flatten());
        network.Add("dropout", new Dropout(0.5f));
        network.Add("hidden", new Dense(24, 5));
        network.Add("relu", new ReLU());
        network.Add("last", new Dense(5, 2));
        return network;
    }
}
