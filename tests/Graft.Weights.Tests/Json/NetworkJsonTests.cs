using FsCheck;
using FsCheck.Fluent;
using Graft.Layers;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Weights.Json;
using Graft.Weights.Tests.Onnx;

namespace Graft.Weights.Tests.Json;

public sealed class NetworkJsonTests : IDisposable
{
    private const string ByHand = """
        {
          "format": "graft network",
          "version": 1,
          "input": [8, 6, 3],
          "nodes": [
            { "name": "pad", "layer": "ZeroPadding2D", "options": { "top": 1, "left": 0, "bottom": 1, "right": 2 }, "inputs": ["input"] },
            { "name": "conv", "layer": "Convolution2D", "options": { "inputChannels": 3, "outputChannels": 4, "kernelHeight": 3, "kernelWidth": 3, "stride": 2, "hasBias": false }, "inputs": ["pad"] },
            { "name": "relu", "layer": "ReLU", "options": { "maximum": 6 }, "inputs": ["conv"] },
            { "name": "both", "layer": "Add", "inputs": ["conv", "relu"] },
            { "name": "pool", "layer": "GlobalAveragePooling2D", "inputs": ["both"] }
          ]
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("graft-json-").FullName;

    public static TheoryData<string> Names => [.. LayerNetworks.Names];

    private string File => Path.Combine(_folder, "network.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_layer_is_read_back_as_it_was_written(string name)
    {
        using var network = LayerNetworks.Build(name);
        AssertRoundTrip(network);
    }

    [Fact]
    public void Random_networks_are_read_back_as_they_were_written() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
            {
                using var network = RandomNetworks.Build((ulong)seed);
                AssertRoundTrip(network);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_layer_that_there_is_has_a_place_in_the_format()
    {
        var kinds = typeof(Layer)
            .Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract)
            .Select(type => type.Name)
            .ToArray();
        Assert.True(kinds.Length > 15);
        Assert.Equal(kinds.Order(StringComparer.Ordinal), LayerFormats.With(null).Keys);
    }

    [Fact]
    public void What_a_person_writes_is_read()
    {
        System.IO.File.WriteAllText(File, ByHand);
        using var network = NetworkJson.Read(File);
        Assert.Equal(new Shape(8, 6, 3), network.InputShape);
        Assert.Equal(new Shape(4, 3, 4), network.ShapeOf("relu"));
        Assert.Equal(["conv", "relu"], network["both"].Inputs);
        Assert.Equal(new Shape(4), network.OutputShape);
        Assert.Equal(3 * 3 * 3 * 4, network.Parameters.Sum(pair => pair.Value.Value.Length));
        Assert.All(network.Parameters, pair =>
            Assert.All(pair.Value.Value.Span.ToArray(), value => Assert.Equal(0, value))
        );
    }

    [Theory]
    [InlineData("\"graft network\"", "\"keras\"", "\"format\"")]
    [InlineData("\"version\": 1", "\"version\": 2", "version 2")]
    [InlineData("[8, 6, 3]", "[8, 0, 3]", "[8, 0, 3]")]
    [InlineData("\"input\": [8, 6, 3]", "\"input\": []", "\"input\"")]
    [InlineData("\"ReLU\"", "\"Telu\"", "'Telu'")]
    [InlineData("\"maximum\": 6", "\"minimum\": 6", "node 'relu'")]
    [InlineData("\"options\": { \"maximum\": 6 },", "", "node 'relu'")]
    [InlineData("\"layer\": \"Add\",", "\"layer\": \"Add\", \"options\": { \"a\": 1 },", "node 'both'")]
    [InlineData("[\"conv\", \"relu\"]", "[\"conv\", \"nothing\"]", "'nothing'")]
    [InlineData("[\"conv\", \"relu\"]", "[\"conv\"]", "node 'both'")]
    [InlineData("\"kernelHeight\": 3", "\"kernelHeight\": 0", "node 'conv'")]
    [InlineData("\"kernelHeight\": 3,", "", "node 'conv'")]
    [InlineData("\"kernelHeight\": 3", "\"kernelHeight\": 2000000000", "node 'conv'")]
    [InlineData("\"inputChannels\": 3", "\"inputChannels\": 5", "node 'conv'")]
    [InlineData("\"name\": \"relu\"", "\"name\": \"conv\"", "node 'conv'")]
    [InlineData("\"nodes\": [", "\"nodes\": [ null,", "a node with")]
    [InlineData("}", "", "JSON")]
    public void What_does_not_fit_is_refused_with_its_place(string right, string wrong, string named)
    {
        Assert.Contains(right, ByHand, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, ByHand.Replace(right, wrong, StringComparison.Ordinal));
        var error = Assert.Throws<WeightsFormatException>(() => NetworkJson.Read(File).Dispose());
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    private void AssertRoundTrip(Network network)
    {
        NetworkJson.Write(File, network);
        var text = System.IO.File.ReadAllText(File);
        using var read = NetworkJson.Read(File);
        foreach (var (from, to) in network.Parameters.Zip(read.Parameters))
            from.Value.Value.Span.CopyTo(to.Value.Value.Span);
        Assert.Equal(NetworkText.Lines(network), NetworkText.Lines(read));
        NetworkJson.Write(File, read);
        Assert.Equal(text, System.IO.File.ReadAllText(File));
    }
}
