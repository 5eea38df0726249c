using Graft.Features.Backbones;
using Graft.Imaging;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models;
using Graft.Models.Downloads;
using Graft.Models.Networks;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Testing;
using Graft.Weights;

namespace Graft.Features.Tests.Backbones;

public sealed class BackboneLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BackboneLoader _loader;

    public BackboneLoaderTests() => _loader = new(new ModelStore(new GraftHome(_folder["home"])));

    public void Dispose() => _folder.Dispose();

    private Backbone Load(BackboneSource source, FeatureKind kind = FeatureKind.Pooled) =>
        _loader.Load(source, kind, cancellationToken: TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("onnx", "torchvision")]
    [InlineData("tfjs", "symmetric")]
    [InlineData("keras", "symmetric")]
    [InlineData("graft", "torchvision")]
    public void A_file_of_any_kind_gives_the_features_before_its_classifier(string kind, string usual)
    {
        var (file, weights) = ForeignNetworks.Write(kind, _folder.Path);
        var source = new BackboneSource
        {
            Name = file,
            Weights = weights,
            Preprocessing = new() { Preset = PreprocessingPreset.Unit },
        };
        using var backbone = Load(source);
        Assert.Equal(
            (
                kind == "tfjs" ? $"{Path.GetFileName(_folder.Path)}/model.json" : Path.GetFileName(file),
                "mean",
                PreprocessingOrigin.Options
            ),
            (backbone.Name, backbone.Node, backbone.PreprocessingOrigin)
        );
        Assert.Equal(
            new Preprocessing
            {
                Height = 32,
                Width = 32,
                Scale = 1 / 255f,
            },
            backbone.Preprocessing
        );

        // Pixels of 0 to 255 there are values of 0 to 1 in the network itself.
        using var pixels = Pixels();
        using var scaled = Tensor.From(pixels.Shape, [.. pixels.Span.ToArray().Select(value => value / 255)]);
        using var network = ForeignNetworks.Make();
        network.CutAt("mean");
        Assert.InRange(Closeness.RelativeDistance(Run(network, scaled), Run(backbone.Network, pixels)), 0, 1e-5);

        // Without the option, what is usual for such files is assumed, and said to be.
        using var assumed = Load(source with { Preprocessing = new() });
        Assert.Equal(PreprocessingOrigin.Assumed, assumed.PreprocessingOrigin);
        Assert.Equal(
            usual == "torchvision" ? Preprocessing.Torchvision(32) : Preprocessing.Symmetric(32),
            assumed.Preprocessing
        );
        using var map = Load(source, FeatureKind.Spatial);
        Assert.Equal(new Shape(8, 8, ForeignNetworks.Channels), map.FeatureShape);
    }

    [Fact]
    public void The_whole_preprocessing_can_be_stated()
    {
        var (file, _) = ForeignNetworks.Write("onnx", _folder.Path);
        using var backbone = Load(
            new()
            {
                Name = file,
                Preprocessing = new()
                {
                    Resize = ResizeRule.Crop,
                    ShorterSide = 40,
                    Interpolation = Interpolation.Bicubic,
                    ChannelOrder = ChannelOrder.Bgr,
                    Scale = 2,
                    Mean = new(1, 2, 3),
                    Deviation = new(4, 5, 6),
                },
            }
        );
        Assert.Equal(
            new Preprocessing
            {
                Height = 32,
                Width = 32,
                Resize = ResizeRule.Crop,
                ShorterSide = 40,
                Interpolation = Interpolation.Bicubic,
                ChannelOrder = ChannelOrder.Bgr,
                Scale = 2,
                Mean = new(1, 2, 3),
                Deviation = new(4, 5, 6),
            },
            backbone.Preprocessing
        );
        var error = Assert.Throws<ArgumentException>(() =>
            Load(
                new()
                {
                    Name = file,
                    Preprocessing = new() { ShorterSide = 31 },
                }
            )
        );
        Assert.Contains("Give at least 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_can_be_named_and_one_that_there_is_not_is_answered_with_candidates()
    {
        var (file, _) = ForeignNetworks.Write("onnx", _folder.Path);
        using (var backbone = Load(new() { Name = file, Cut = "relu_a" }, FeatureKind.AsNamed))
            Assert.Equal(new Shape(16, 16, 8), backbone.FeatureShape);
        using (var row = Load(new() { Name = file, Cut = "relu_a" }))
            Assert.Equal((new Shape(8), "relu_a.mean"), (row.FeatureShape, row.Node));
        var error = Assert.Throws<ArgumentException>(() => Load(new() { Name = file, Cut = "relu" }));
        Assert.All(["'relu'", "'mean'", "relu_a", "relu_b"], part =>
            Assert.Contains(part, error.Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Weights_alone_go_with_the_name_of_their_network()
    {
        var path = _folder["small.safetensors"];
        var architecture = Architectures.Find("squeezenet1_1");
        float[] expected;
        using var pixels = Pixels();
        using (var network = architecture.Build(architecture.Preprocessing.WithSize(32), classes: 3))
        {
            Training.Benchmarking.RandomWeights.Fill(network, 4);
            NetworkWeights.SaveTorchvision(network, path);
            architecture.CutAtFeatures(network, architecture.PooledFeatures);
            expected = Run(network, pixels);
        }

        var source = new BackboneSource
        {
            Name = "squeezenet1_1",
            Weights = path,
            Preprocessing = new() { ImageSize = 32 },
        };
        using (var backbone = Load(source))
        {
            Assert.Equal(
                ("squeezenet1_1", PreprocessingOrigin.Catalogue),
                (backbone.Name, backbone.PreprocessingOrigin)
            );
            Assert.Equal(architecture.Preprocessing.WithSize(32), backbone.Preprocessing);
            Assert.Equal(["stem", "stage1", "stage2", "stage3"], backbone.Stages.Select(stage => stage.Name));
            Assert.Equal(expected, Run(backbone.Network, pixels));

            // A trunk that was written without its classifier is enough.
            NetworkWeights.SaveTorchvision(backbone.Network, _folder["trunk.safetensors"]);
        }

        using (var trunk = Load(source with { Weights = _folder["trunk.safetensors"] }))
            Assert.Equal(expected, Run(trunk.Network, pixels));
        var alone = Assert.Throws<WeightsFormatException>(() => Load(new() { Name = path }));
        Assert.Contains("--backbone NAME --weights FILE", alone.Message, StringComparison.Ordinal);
        var other = Assert.Throws<WeightsFormatException>(() =>
            Load(source with { Name = "alexnet", Preprocessing = new() })
        );
        Assert.Contains("features.0.weight", other.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "JSON of something else")]
    [InlineData("{\"a\"", "an error in it")]
    [InlineData("no network", "an ONNX file")]
    [InlineData("\u0089HDF\r\n", "tensorflowjs_converter")]
    public void Files_that_hold_no_network_are_refused_with_what_to_do(string content, string part)
    {
        var path = _folder["file.bin"];
        File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(content));
        var error = Assert.Throws<WeightsFormatException>(() => Load(new() { Name = path }));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_and_wrong_sizes_are_told()
    {
        Assert.Contains(
            "nothing.onnx",
            Assert.Throws<FileNotFoundException>(() => Load(new() { Name = "nothing.onnx" })).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "model.json",
            Assert.Throws<FileNotFoundException>(() => Load(new() { Name = _folder.Path })).Message,
            StringComparison.Ordinal
        );
        var (file, _) = ForeignNetworks.Write("onnx", _folder.Path);
        Assert.Contains(
            "Leave out --image-size",
            Assert
                .Throws<WeightsFormatException>(() =>
                    Load(
                        new()
                        {
                            Name = file,
                            Preprocessing = new() { ImageSize = 64 },
                        }
                    )
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Leave out --weights",
            Assert.Throws<WeightsFormatException>(() => Load(new() { Name = file, Weights = file })).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<PullException>(() => Load(new() { Name = "resnet51" }));
    }

    [Theory]
    [InlineData("tfjs")]
    [InlineData("keras")]
    public void An_image_size_that_a_keras_file_leaves_free_can_be_chosen(string kind)
    {
        var (file, weights) = ForeignNetworks.Write(kind, _folder.Path);
        var text = File.ReadAllText(file);
        // As Keras writes an Input(shape=(None, None, 3)).
        var free = System.Text.RegularExpressions.Regex.Replace(
            text,
            @"(""batch_input_shape"":\s*\[\s*null,\s*)32(\s*,\s*)32",
            "$1null$2null"
        );
        Assert.NotEqual(text, free);
        File.WriteAllText(file, free);
        using var chosen = Load(
            new()
            {
                Name = file,
                Weights = weights,
                Preprocessing = new() { ImageSize = 48 },
            }
        );
        Assert.Equal((48, 48), (chosen.Preprocessing.Height, chosen.Preprocessing.Width));
        using var usual = Load(new() { Name = file, Weights = weights });
        Assert.Equal(224, usual.Preprocessing.Height);
        Assert.Equal(chosen.FeatureShape, usual.FeatureShape);
    }

    [Fact]
    public void A_name_comes_before_a_file_and_a_path_before_a_name()
    {
        Assert.False(new BackboneSource { Name = "resnet50" }.IsFile(_loader.IsKnown));
        Assert.True(new BackboneSource { Name = "./resnet50" }.IsFile(_loader.IsKnown));
        Assert.True(new BackboneSource { Name = "other.onnx" }.IsFile(_loader.IsKnown));
        Assert.False(new BackboneSource { Name = "resnet51" }.IsFile(_loader.IsKnown));
        Assert.True(
            Path.IsPathFullyQualified(
                new BackboneSource { Name = "other.onnx" }
                    .WithFullPaths(_loader.IsKnown)
                    .Name
            )
        );
    }

    [Fact]
    public void The_classifier_of_every_architecture_is_found_without_knowing_it()
    {
        foreach (var architecture in Architectures.All)
        {
            using var network = architecture.Build(
                architecture.Preprocessing.WithSize(Math.Max(64, architecture.SmallestSize))
            );
            // Some pool nothing before they classify: what their last layer with weights takes, but for dropout.
            var expected = architecture.PooledFeatures;
            if (!network.Contains(expected))
                expected = network.Nodes.Last(node => node.Layer.Parameters.Count > 0).Inputs[0];
            while (network[expected].Layer is Graft.Layers.Regularization.Dropout)
                expected = network[expected].Inputs[0];
            Assert.Equal((architecture.Name, expected), (architecture.Name, ClassifierCut.Find(network)));
            var map = ClassifierCut.FindMap(network, expected);
            Assert.Equal((architecture.Name, 3), (architecture.Name, network.ShapeOf(map!).Rank));

            // A trunk has no classifier: it is taken as it is.
            architecture.CutAtFeatures(network, architecture.SpatialFeatures);
            Assert.Equal(
                (architecture.Name, architecture.SpatialFeatures),
                (architecture.Name, ClassifierCut.Find(network))
            );
        }
    }

    private static Tensor Pixels() =>
        Training.Benchmarking.RandomWeights.Pixels(2, new Shape(ForeignNetworks.Size, ForeignNetworks.Size, 3));

    private static float[] Run(Network network, Tensor pixels)
    {
        using var workers = new WorkerPool(1);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(pixels.Shape[0], workers);
        using var output = runner.Run(pixels);
        return output.Span.ToArray();
    }
}
