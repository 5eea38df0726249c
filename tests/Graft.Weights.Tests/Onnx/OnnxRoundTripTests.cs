using FsCheck;
using FsCheck.Fluent;
using Graft.Layers.Activations;
using Graft.Layers.Networks;
using Graft.Tensors;
using Graft.Weights.Onnx;

namespace Graft.Weights.Tests.Onnx;

public sealed class OnnxRoundTripTests
{
    private static readonly OnnxExportOptions Options = new()
    {
        InputName = "picture",
        OutputName = "answer",
        Metadata = new Dictionary<string, string>
        {
            ["b"] = "zwei 2",
            ["a"] = "",
            ["B"] = "日本\n",
        },
        Producer = new OnnxProducer("test", "1.2.3"),
    };

    public static TheoryData<string> Names => [.. LayerNetworks.Names];

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
    public void Names_producer_and_metadata_are_read_back()
    {
        using var network = LayerNetworks.Build("softmax");
        using var model = OnnxModel.Read(Write(network, Options));
        Assert.Equal("picture", model.InputName);
        Assert.Equal("answer", model.OutputName);
        Assert.Equal(Options.Producer, model.Producer);
        Assert.Equal(Options.Metadata.OrderBy(pair => pair.Key), model.Metadata.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void The_order_in_which_metadata_was_put_together_does_not_change_the_bytes()
    {
        using var network = LayerNetworks.Build("softmax");
        var reversed = Options with { Metadata = new Dictionary<string, string>(Options.Metadata.Reverse()) };
        Assert.Equal(Write(network, Options), Write(network, reversed));
    }

    [Fact]
    public void A_file_is_written_whole_and_read_from_its_path()
    {
        var folder = Directory.CreateTempSubdirectory("graft-onnx-").FullName;
        try
        {
            var path = Path.Combine(folder, "model.onnx");
            using var network = LayerNetworks.Build("sum with a branch");
            OnnxWriter.Write(path, network, Options);
            Assert.Equal(Write(network, Options), File.ReadAllBytes(path));
            using var model = OnnxModel.Read(path);
            Assert.Equal(NetworkText.Lines(network), NetworkText.Lines(model.Network));
            Assert.Single(Directory.GetFiles(folder));

            network.Add("taken", new ReLU());
            Assert.Throws<ArgumentException>(() =>
                OnnxWriter.Write(path, network, Options with { InputName = "taken:0" })
            );
            Assert.Equal(Write(model.Network, Options), File.ReadAllBytes(path));
            Assert.Single(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("", "probabilities", "must not be empty")]
    [InlineData("same", "same", "'same'")]
    [InlineData("pixels", "relu:0", "'relu:0'")]
    public void Names_that_cannot_be_written_are_refused(string input, string output, string reason)
    {
        using var network = new Network(new Shape(4));
        network.Add("relu", new ReLU());
        var error = Assert.Throws<ArgumentException>(() =>
            Write(network, new OnnxExportOptions { InputName = input, OutputName = output })
        );
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_that_are_no_valid_Unicode_are_refused()
    {
        const string HalfAPair = "\ud800";
        using var network = LayerNetworks.Build("softmax");
        foreach (
            var options in (OnnxExportOptions[])
                [
                    new() { InputName = HalfAPair },
                    new() { Producer = new OnnxProducer("graft", HalfAPair) },
                    new() { Metadata = new Dictionary<string, string> { ["key"] = HalfAPair } },
                ]
        )
            Assert.Contains(
                "Unicode",
                Assert.Throws<ArgumentException>(() => Write(network, options)).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void Networks_that_ONNX_would_compute_otherwise_are_refused()
    {
        using var empty = new Network(new Shape(4));
        Assert.Contains(
            "no nodes",
            Assert.Throws<ArgumentException>(() => Write(empty, new())).Message,
            StringComparison.Ordinal
        );

        using var cube = new Network(new Shape(2, 3, 4, 5));
        cube.Add("relu", new ReLU());
        Assert.Contains(
            "[2, 3, 4, 5]",
            Assert.Throws<ArgumentException>(() => Write(cube, new())).Message,
            StringComparison.Ordinal
        );

        using var ceiling = new Network(new Shape(4));
        ceiling.Add("relu", new ReLU(-1));
        Assert.Contains(
            "'relu'",
            Assert.Throws<ArgumentException>(() => Write(ceiling, new())).Message,
            StringComparison.Ordinal
        );
    }

    internal static byte[] Write(Network network, OnnxExportOptions options)
    {
        using var stream = new MemoryStream();
        OnnxWriter.Write(stream, network, options);
        return stream.ToArray();
    }

    private static void AssertRoundTrip(Network network)
    {
        var bytes = Write(network, Options);
        using var model = OnnxModel.Read(bytes);
        Assert.Equal(NetworkText.Lines(network), NetworkText.Lines(model.Network));
        var again = new OnnxExportOptions
        {
            InputName = model.InputName,
            OutputName = model.OutputName,
            Metadata = model.Metadata,
            Producer = model.Producer,
        };
        Assert.Equal(bytes, Write(model.Network, again));
        using var input = NetworkText.RandomInput(network, 2, 5);
        Assert.Equal(NetworkText.Run(network, input), NetworkText.Run(model.Network, input));
    }
}
