using Graft.Features.Backbones;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.OnnxRuntime;
using Graft.Testing.TensorFlowJs;
using Graft.Weights;
using Graft.Weights.Formats;
using Graft.Weights.Keras;
using Graft.Weights.Onnx;
using Graft.Weights.Safetensors;
using Graft.Weights.TfJs;

namespace Graft.Classification.Tests;

/// <summary>A classifier in every format, whole and in parts: each computes what the classifier computes.</summary>
public sealed class ModelExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ModelExportTests() => _model = TinyClassifier.Write(_folder["model.onnx"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ExportFormat.Onnx)]
    [InlineData(ExportFormat.TensorFlowJs)]
    [InlineData(ExportFormat.Json)]
    public void The_parts_compute_what_the_whole_does(ExportFormat format)
    {
        var report = ModelExport.Run(_model, format, ModelParts.All, _folder["out"], Token);
        Assert.Equal(
            [ModelParts.Classifier, ModelParts.Trunk, ModelParts.Head],
            report.Files.Select(file => file.Part)
        );
        using var pixels = Pixels();
        var expected = Expected(pixels);
        using var classifier = Read(format, report.Files[0].Path);
        using var trunk = Read(format, report.Files[1].Path);
        using var head = Read(format, report.Files[2].Path);
        Assert.InRange(Closeness.RelativeDistance(expected, Run(classifier, pixels)), 0, 1e-6);
        using var features = Tensor.From(new Shape(2, TinyBackbone.Channels), Run(trunk, pixels));
        Assert.InRange(Closeness.RelativeDistance(expected, Run(head, features)), 0, 1e-6);
        Assert.All(report.Files, file => Assert.True(file.Bytes > 0));
    }

    [Fact]
    public void Safetensors_have_the_names_of_the_nodes_and_the_orders_of_PyTorch()
    {
        var report = ModelExport.Run(_model, ExportFormat.Safetensors, ModelParts.All, _folder["out"], Token);
        using var classifier = SafetensorsFile.Open(report.Files[0].Path);
        Assert.Equal(
            ["conv1.bias", "conv1.weight", "conv2.bias", "conv2.weight", "head.logits.bias", "head.logits.weight"],
            classifier.Names.Order(StringComparer.Ordinal)
        );
        Assert.Equal(new Shape(8, 3, 3, 3), classifier.ShapeOf("conv1.weight"));
        Assert.Equal(new Shape(5, TinyBackbone.Channels), classifier.ShapeOf("head.logits.weight"));
        Assert.Equal(
            TinyClassifier.ClassNames,
            System.Text.Json.JsonSerializer.Deserialize<string[]>(classifier.Metadata["graft.classes"])
        );

        // Read into the network again, they are the same.
        using var file = ClassifierFile.Read(_model);
        using var pixels = Pixels();
        foreach (var (_, parameter) in file.Network.Parameters)
            parameter.Value.Span.Clear();
        NetworkWeights.Load(file.Network, classifier);
        Assert.Equal(Expected(pixels), Run(file.Network, pixels));
        using var head = SafetensorsFile.Open(report.Files[2].Path);
        Assert.Equal(["head.logits.bias", "head.logits.weight"], head.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Written_again_after_reading_it_is_the_same_file()
    {
        var first = ModelExport
            .Run(_model, ExportFormat.Onnx, ModelParts.Classifier, _folder["first"], Token)
            .Files[0]
            .Path;
        var second = ModelExport
            .Run(first, ExportFormat.Onnx, ModelParts.Classifier, _folder["second"], Token)
            .Files[0]
            .Path;
        Assert.Equal(File.ReadAllBytes(_model), File.ReadAllBytes(first));
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void A_trunk_alone_is_a_backbone_that_knows_its_preprocessing()
    {
        var trunk = ModelExport.Run(_model, ExportFormat.Onnx, ModelParts.Trunk, _folder["out"], Token).Files[0].Path;
        using var backbone = new BackboneLoader(new ModelStore(new GraftHome(_folder["home"]))).Load(
            new() { Name = trunk },
            cancellationToken: Token
        );
        using var original = TinyBackbone.Make();
        Assert.Equal(
            (original.Preprocessing, PreprocessingOrigin.File, original.Node),
            (backbone.Preprocessing, backbone.PreprocessingOrigin, backbone.Node)
        );
        Assert.Equal(original.Digest, backbone.Digest);
        var error = Assert.Throws<ArgumentException>(() =>
            new BackboneLoader(new ModelStore(new GraftHome(_folder["home"]))).Load(
                new()
                {
                    Name = trunk,
                    Preprocessing = new() { Scale = 2 },
                },
                cancellationToken: Token
            )
        );
        Assert.Contains("has its own preprocessing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_classifier_or_no_folder_is_refused()
    {
        Assert.Throws<WeightsFormatException>(() =>
            ModelExport.Run(_folder.Put("other.onnx"), ExportFormat.Onnx, ModelParts.All, _folder["out"], Token)
        );
        var error = Assert.Throws<IOException>(() =>
            ModelExport.Run(_model, ExportFormat.Onnx, ModelParts.All, _folder["other.onnx"], Token)
        );
        Assert.Contains("a folder was expected", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    [Trait("Category", "Slow")] // starts Node.js
    public void ONNX_Runtime_and_TensorFlow_js_run_the_parts_and_agree()
    {
        if ((OnnxRuntimePeer.WhyUnavailable ?? TensorFlowJsPeer.WhyUnavailable) is { } reason)
            Assert.Skip(reason);
        using var pixels = Pixels();
        var expected = Expected(pixels);
        int[] shape = pixels.Shape.Dimensions.ToArray();
        var onnx = ModelExport.Run(_model, ExportFormat.Onnx, ModelParts.All, _folder["onnx"], Token).Files;
        var first = OnnxRuntimePeer.Run(
            new OnnxRuntimeJob(onnx[0].Path, shape, pixels.Span.ToArray()),
            new OnnxRuntimeJob(onnx[1].Path, shape, pixels.Span.ToArray())
        );
        var behind = OnnxRuntimePeer.Run(new OnnxRuntimeJob(onnx[2].Path, first[1].Shape, first[1].Values))[0];
        Assert.InRange(Closeness.RelativeDistance(expected, first[0].Values), 0, 1e-4);
        Assert.InRange(Closeness.RelativeDistance(expected, behind.Values), 0, 1e-4);
        Assert.Equal(
            ("pixels", "features", "features", "probabilities"),
            (first[1].InputName, first[1].OutputName, behind.InputName, behind.OutputName)
        );

        var tfjs = ModelExport.Run(_model, ExportFormat.TensorFlowJs, ModelParts.All, _folder["tfjs"], Token).Files;
        var second = TensorFlowJsPeer.Run(
            new TensorFlowJsJob(tfjs[0].Path, shape, pixels.Span.ToArray()),
            new TensorFlowJsJob(tfjs[1].Path, shape, pixels.Span.ToArray())
        );
        var last = TensorFlowJsPeer.Run(new TensorFlowJsJob(tfjs[2].Path, second[1].Shape, second[1].Values))[0];
        Assert.InRange(Closeness.RelativeDistance(expected, second[0].Values), 0, 1e-4);
        Assert.InRange(Closeness.RelativeDistance(expected, last.Values), 0, 1e-4);
    }

    private static Network Read(ExportFormat format, string path)
    {
        switch (format)
        {
            case ExportFormat.Onnx:
                return OnnxModel.Read(path).Network;
            case ExportFormat.TensorFlowJs:
                return TfJsNetwork.Read(TfJsModel.Open(path));
            default:
                using (var weights = TensorFile.Open(Path.ChangeExtension(path, ".weights.safetensors")))
                    return KerasArchitecture.Read(path, weights);
        }
    }

    private static Tensor Pixels() =>
        Training.Benchmarking.RandomWeights.Pixels(2, new Shape(TinyBackbone.Size, TinyBackbone.Size, 3));

    private float[] Expected(Tensor pixels)
    {
        using var classifier = Classifier.Load(_model);
        return [.. classifier.Predict(pixels).SelectMany(prediction => prediction.Probabilities)];
    }

    private static float[] Run(Network network, Tensor input)
    {
        using var workers = new WorkerPool(1);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(input.Shape[0], workers);
        using var output = runner.Run(input);
        return output.Span.ToArray();
    }
}
