using Google.Protobuf;
using Google.Protobuf.Collections;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Weights.Onnx;
using Graft.Weights.Onnx.Graphs;
using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Tests.Onnx;

public sealed class OnnxDamageTests
{
    private const int Mutants = 6000;
    private const long AllocationLimit = 20L << 20;

    private static readonly Dictionary<string, (Action<ModelProto> Damage, string Expected)> Damages = new()
    {
        ["no graph"] = (model => model.Graph = null, "a graph"),
        ["future IR"] = (model => model.IrVersion = 99, "IR version"),
        ["old opset"] = (model => model.OpsetImport[0].Version = 6, "opset"),
        ["no opset"] = (model => model.OpsetImport.Clear(), "opset"),
        ["metadata twice"] = (model => model.MetadataProps.Add(model.MetadataProps[0]), "metadata key once"),
        ["two inputs"] = (model => model.Graph.Input.Add(new ValueInfoProto { Name = "other" }), "one input"),
        ["no output"] = (model => model.Graph.Output.Clear(), "one output"),
        ["free height"] = (model => Sizes(model)[1] = new() { DimParam = "height" }, "sizes fixed"),
        ["negative width"] = (model => Sizes(model)[2] = Size(-5), "sizes fixed"),
        ["huge image"] = (model => Sizes(model)[1] = Size(1L << 40), "sizes fixed"),
        ["large image"] = (model => (Sizes(model)[1], Sizes(model)[2]) = (Size(30_000), Size(30_000)), "sizes fixed"),
        ["more input channels"] = (model => Sizes(model)[3] = Size(4), "accepts its inputs"),
        ["another element type"] = (model => model.Graph.Input[0].Type.TensorType.ElemType = 8, "float values"),
        ["another output"] = (model => model.Graph.Output[0].Name = "nobody", "that a node computes"),
        ["another output size"] = (
            model => model.Graph.Output[0].Type.TensorType.Shape.Dim[1] = Size(7),
            "as the nodes compute it"
        ),
        ["output that is no row"] = (model => model.Graph.Output[0].Name = "conv:0", "as the nodes compute it"),
        ["unknown operator"] = (model => Node(model, "relu").OpType = "Erf", "one of the operators Add"),
        ["operator of another domain"] = (
            model => Node(model, "relu").Domain = "com.example",
            "one of the operators Add"
        ),
        ["unknown attribute"] = (
            model =>
                Node(model, "conv")
                    .Attribute.Add(
                        new AttributeProto { Name = "nonsense", Type = AttributeProto.Types.AttributeType.String }
                    ),
            "only attributes"
        ),
        ["attribute twice"] = (
            model => Node(model, "conv").Attribute.Add(Attribute(model, "conv", "group")),
            "attribute once"
        ),
        ["attribute of another type"] = (
            model => Attribute(model, "conv", "group").Type = AttributeProto.Types.AttributeType.Float,
            "of type Int"
        ),
        ["groups that do not divide the outputs"] = (
            model => Attribute(model, "conv", "group").I = 77,
            "group that divides"
        ),
        ["groups beyond all inputs"] = (model => Attribute(model, "conv", "group").I = long.MaxValue, "group from 1"),
        ["groups that the input has not"] = (
            model => Attribute(model, "conv", "group").I = Initializer(model, "conv.weight").Dims[0],
            "accepts its inputs"
        ),
        ["strides that differ"] = (model => Attribute(model, "conv", "strides").Ints[0] = 3, "same strides"),
        ["stride 0"] = (model => Attribute(model, "conv", "strides").Ints[0] = 0, "strides of 2 numbers from 1"),
        ["huge padding"] = (model => Attribute(model, "conv", "pads").Ints[3] = int.MaxValue, "pads of 4 numbers"),
        ["another kernel size"] = (
            model => Attribute(model, "conv", "kernel_shape").Ints[0] = 2,
            "kernel_shape [3, 3]"
        ),
        ["window without pixels"] = (model => Attribute(model, "maxpool", "pads").Ints[0] = 5, "a valid layer"),
        ["unknown rounding"] = (
            model => Node(model, "maxpool").Attribute.Add(OnnxOperatorOption.Integer("ceil_mode", 7).Message),
            "ceil_mode from 0 to 1"
        ),
        ["negative padding"] = (
            model =>
                Initializer(model, "pad.pads").RawData = ByteString.CopyFrom([.. Enumerable.Repeat((byte)0xff, 64)]),
            "of padding"
        ),
        ["cycle"] = (model => Node(model, "conv").Input[0] = "relu:0", "computed by an earlier node"),
        ["nodes in another order"] = (
            model => (model.Graph.Node[3], model.Graph.Node[4]) = (model.Graph.Node[4], model.Graph.Node[3]),
            "computed by an earlier node"
        ),
        ["inside of the preprocessing used elsewhere"] = (
            model => Node(model, "sum").Input[0] = "preprocessing/reverse:0",
            "a valid layer"
        ),
        ["no inputs"] = (model => Node(model, "relu").Input.Clear(), "1 inputs"),
        ["more inputs"] = (model => Node(model, "relu").Input.Add("conv:0"), "1 inputs"),
        ["no outputs"] = (model => Node(model, "relu").Output.Clear(), "one output"),
        ["value twice"] = (model => Node(model, "relu").Output[0] = "conv:0", "unique names"),
        ["name twice"] = (model => Node(model, "relu").Name = "conv", "a valid layer"),
        ["missing initialiser"] = (
            model => model.Graph.Initializer.Remove(Initializer(model, "fc.weight")),
            "an initialiser as input 2"
        ),
        ["initialiser twice"] = (
            model => model.Graph.Initializer.Add(Initializer(model, "fc.weight")),
            "initialisers with unique names"
        ),
        ["negative dimensions"] = (
            model => (Initializer(model, "conv.weight").Dims[0], Initializer(model, "conv.weight").Dims[1]) = (-4, -3),
            "dimensions from 1 up"
        ),
        ["dimensions beyond the bytes"] = (
            model => Initializer(model, "conv.weight").Dims[0] = 1 << 20,
            "bytes of raw data"
        ),
        ["dimensions beyond counting"] = (
            model =>
                (Initializer(model, "conv.weight").Dims[0], Initializer(model, "conv.weight").Dims[1]) = (
                    1L << 62,
                    1L << 62
                ),
            "dimensions from 1 up"
        ),
        ["fewer bytes"] = (
            model => Initializer(model, "conv.weight").RawData = ByteString.CopyFrom(new byte[8]),
            "bytes of raw data"
        ),
        ["weights that are texts"] = (model => Initializer(model, "conv.weight").DataType = 8, "a data type among"),
        ["weights of another size"] = (model => Initializer(model, "conv.weight").DataType = 11, "bytes of raw data"),
        ["weights in another file"] = (
            model => Initializer(model, "conv.weight").DataLocation = TensorProto.Types.DataLocation.External,
            "own folder"
        ),
        ["weights in a file outside of the folder"] = (
            model => Externalize(Initializer(model, "conv.weight"), "../weights.bin"),
            "own folder"
        ),
        ["weights in a missing file"] = (
            model => Externalize(Initializer(model, "conv.weight"), "missing.bin"),
            "missing.bin"
        ),
        ["weight of another rank"] = (model => Initializer(model, "fc.weight").Dims.Add(1), "of 2 dimensions"),
        ["bias of another size"] = (model => Node(model, "conv").Input[2] = "fc.bias", "a bias for each"),
        ["variance of another size"] = (model => Node(model, "bn").Input[4] = "fc.bias", "one for each channel"),
        ["dropout of everything"] = (
            model => Initializer(model, "dropout.ratio").RawData = ByteString.CopyFrom(BitConverter.GetBytes(1f)),
            "a valid layer"
        ),
        ["transposition to nowhere"] = (
            model => Attribute(model, "input/channels_first", "perm").Ints[1] = 2,
            "moves the channels"
        ),
        ["softmax over the batch"] = (model => Attribute(model, "softmax", "axis").I = 0, "the last axis, 1 or -1"),
        ["flatten of everything"] = (model => Attribute(model, "gap/flatten", "axis").I = 0, "axis 1"),
        ["sum of unlike layouts"] = (model => Node(model, "sum").Input[1] = "pixels", "layout ChannelsFirst"),
        ["preprocessing by another name"] = (
            model => Node(model, "preprocessing/reverse").Name = "other",
            "a step of preprocessing"
        ),
    };

    public static TheoryData<string> Names => [.. Damages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_that_breaks_a_rule_is_refused_with_the_rule(string name)
    {
        var model = ModelProto.Parser.ParseFrom(Sample());
        Damages[name].Damage(model);
        var error = Assert.Throws<WeightsFormatException>(() => OnnxModel.Read(model.ToByteArray()).Dispose());
        Assert.Contains(Damages[name].Expected, error.Expected, StringComparison.Ordinal);
        Assert.NotEmpty(error.Found);
        Assert.NotEmpty(error.Remedy);
    }

    [Fact]
    public void An_unknown_operator_is_named_with_its_node_and_opset()
    {
        var model = ModelProto.Parser.ParseFrom(Sample());
        Node(model, "relu").OpType = "Erf";
        var error = Assert.Throws<WeightsFormatException>(() => OnnxModel.Read(model.ToByteArray()));
        Assert.Contains("'relu'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Erf', opset 13", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no model but some text, long enough for a header")]
    [InlineData("{\"format\": \"layers-model\"}")]
    public void Other_files_are_refused_by_name(string content)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            var error = Assert.Throws<WeightsFormatException>(() => OnnxModel.Read(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Lengths_beyond_the_end_of_the_file_take_no_memory()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.Create(path))
            using (var output = new CodedOutputStream(file))
            {
                // A graph, in it an initialiser, in it raw data: each says that it has nearly 2 GB.
                foreach (
                    var (field, length) in (ReadOnlySpan<(int, int)>)
                        [(7, 2_000_000_000), (5, 1_999_000_000), (9, 1_998_000_000)]
                )
                {
                    output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                    output.WriteLength(length);
                }
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<WeightsFormatException>(() => OnnxModel.Read(path));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocationLimit);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_cut_off_anywhere_never_gives_another_network()
    {
        var whole = Sample();
        using var original = OnnxModel.Read(whole);
        var refused = 0;
        for (var length = 0; length < whole.Length; length++)
        {
            try
            {
                using var model = OnnxModel.Read(whole.AsMemory(0, length));
                // The texts come last in the file, and nothing tells how many there are.
                Assert.Equal(NetworkText.Lines(original.Network), NetworkText.Lines(model.Network));
                Assert.True(model.Metadata.Count < original.Metadata.Count);
            }
            catch (WeightsFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(whole.Length - refused, 0, original.Metadata.Count);
    }

    [Fact]
    public void Altered_files_are_read_or_refused_but_never_crash()
    {
        var whole = Sample();
        var random = new Random(20240608);
        var refused = 0;
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = FileMutation.Of(whole, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using var model = OnnxModel.Read(mutant);
                Assert.NotEmpty(model.Network.Nodes);
                // What was taken for believable can also be written.
                Assert.NotEmpty(OnnxRoundTripTests.Write(model.Network, new()));
            }
            catch (WeightsFormatException)
            {
                refused++;
            }
            catch (ArgumentException error) when (error.Message.StartsWith("Writing ONNX", StringComparison.Ordinal))
            {
                // A name that was damaged may be one that is needed otherwise.
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, AllocationLimit);
        }

        Assert.InRange(refused, Mutants / 4, Mutants - 1);
    }

    internal static byte[] Sample()
    {
        using var network = new Network(new Shape(7, 6, 3));
        network.Add("preprocessing", new ChannelNormalization(true, 1, [1, 2, 3], [1, 1, 1]));
        network.Add("pad", new ZeroPadding2D(new Padding2D(1, 0, 0, 1)));
        network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 4,
                    KernelHeight = 3,
                    KernelWidth = 3,
                    Padding = Padding2D.Around(1),
                }
            )
        );
        network.Add("relu", new ReLU());
        network.Add("bn", new BatchNormalization(4));
        network.Add("sum", new Add(), "relu", "bn");
        network.Add("relu6", new ReLU(6));
        network.Add(
            "maxpool",
            new MaxPooling2D(
                new()
                {
                    Height = 3,
                    Width = 2,
                    Stride = 2,
                    Padding = new Padding2D(1, 0, 1, 0),
                }
            )
        );
        network.Add("gap", new GlobalAveragePooling2D());
        network.Add("dropout", new Dropout(0.5f));
        network.Add("fc", new Dense(4, 3));
        network.Add("softmax", new Softmax());
        LayerNetworks.FillParameters(network, new DeterministicRandom(3));
        return OnnxRoundTripTests.Write(
            network,
            new OnnxExportOptions
            {
                Metadata = new Dictionary<string, string> { ["classes"] = "a\nb\nc", ["resize"] = "stretch" },
            }
        );
    }

    private static void Externalize(TensorProto tensor, string location)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
    }

    private static NodeProto Node(ModelProto model, string name) => model.Graph.Node.First(node => node.Name == name);

    private static AttributeProto Attribute(ModelProto model, string node, string name) =>
        Node(model, node).Attribute.First(attribute => attribute.Name == name);

    private static TensorProto Initializer(ModelProto model, string name) =>
        model.Graph.Initializer.First(tensor => tensor.Name == name);

    private static RepeatedField<TensorShapeProto.Types.Dimension> Sizes(ModelProto model) =>
        model.Graph.Input[0].Type.TensorType.Shape.Dim;

    private static TensorShapeProto.Types.Dimension Size(long size) => new() { DimValue = size };
}
