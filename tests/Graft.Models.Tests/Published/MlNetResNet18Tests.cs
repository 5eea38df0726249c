using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models.Downloads;
using Graft.Models.Published;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.OnnxRuntime;
using Graft.Weights.Onnx;

namespace Graft.Models.Tests.Published;

/// <summary>ML.NET's ResNet-18, which comes with the program, against the files of ML.NET in ONNX Runtime.</summary>
[Trait("Category", "Slow")]
public sealed class MlNetResNet18Tests : IDisposable
{
    private const string Name = "resnet18.mlnet";
    private const int Size = 224;

    private static readonly BundledWeights Origin = (BundledWeights)Catalogue.Standard.Find(Name).Origin;

    private readonly string _folder = Directory.CreateTempSubdirectory("graft-mlnet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>ML.NET's featurizer is these two files, one behind the other, on RGB pixels of 0 to 255.</summary>
    [Fact]
    public void Its_features_are_those_of_the_featurizer_of_ML_NET()
    {
        SkipWithoutPeer();
        using var pixels = Pixels(Size);
        var channelsFirst = new float[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
            channelsFirst[(i % 3 * Size * Size) + (i / 3)] = pixels.Span[i];
        var prepared = RunInOnnxRuntime(Origin.Files[1].Path, [1, 3, Size, Size], channelsFirst);
        var expected = RunInOnnxRuntime(Origin.Files[0].Path, [1, 3, Size, Size], prepared);
        using var network = Load(Size);
        var features = Run(network, pixels);
        Assert.Equal(512, expected.Length);
        Assert.True(expected.Max() > 1);
        Assert.InRange(Closeness.RelativeDistance(expected, features), 0, 1e-4);
    }

    [Theory]
    [InlineData(Size)]
    [InlineData(288)]
    public void The_saved_trunk_has_the_mean_image_and_gives_the_same_features_in_ONNX_Runtime(int size)
    {
        SkipWithoutPeer();
        using var pixels = Pixels(size);
        using var network = Load(size);
        var file = Path.Combine(_folder, "trunk.onnx");
        OnnxWriter.Write(file, network, new OnnxExportOptions());
        var features = Run(network, pixels);
        Assert.InRange(
            Closeness.RelativeDistance(RunInOnnxRuntime(file, [1, size, size, 3], pixels.Span.ToArray()), features),
            0,
            1e-4
        );
        using var again = OnnxModel.Read(file);
        Assert.Equal(features, Run(again.Network, pixels));
    }

    /// <summary>The text is in the keys of features.</summary>
    [Fact]
    public void The_mean_image_is_in_the_text_of_the_preprocessing()
    {
        var preprocessing = Catalogue.Standard.Find(Name).Preprocessing;
        Assert.NotEqual(preprocessing.ToString(), (preprocessing with { HasMeanImage = false }).ToString());
    }

    [Fact]
    public void It_is_converted_once_from_the_files_that_come_with_the_program()
    {
        var store = Store(Catalogue.Standard);
        Assert.False(store.Describe(Name).Pulled);
        Assert.True(store.Pull(Name, cancellationToken: TestContext.Current.CancellationToken));
        Assert.False(store.Pull(Name, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal($"sha256-{Origin.Files[0].Sha256}", store.Describe(Name).Digest);
    }

    [Fact]
    public void A_file_that_is_missing_is_told_with_its_place_and_how_to_get_it()
    {
        var info = Catalogue.Standard.Find(Name);
        var missing = Origin with { Files = [Origin.Files[0] with { Path = "nowhere/ResNet18.onnx" }] };
        var error = Assert.Throws<PullException>(() =>
            Store(new(info with { Origin = missing }))
                .Pull(Name, cancellationToken: TestContext.Current.CancellationToken)
        );
        Assert.Contains(
            $"'{Path.Combine(AppContext.BaseDirectory, "nowhere", "ResNet18.onnx")}'",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<PackageReference Include=\"Microsoft.ML.DnnImageFeaturizer.ResNet18\" Version=\"0.23.1\"",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_that_was_altered_is_not_used()
    {
        var info = Catalogue.Standard.Find(Name);
        var other = Origin with { Files = [Origin.Files[0] with { Path = Origin.Files[1].Path }] };
        var error = Assert.Throws<PullException>(() =>
            Store(new(info with { Origin = other }))
                .Pull(Name, cancellationToken: TestContext.Current.CancellationToken)
        );
        Assert.Contains(
            $"with the SHA-256 {Origin.Files[0].Sha256}, found one with {Origin.Files[1].Sha256}",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.False(Store(Catalogue.Standard).Describe(Name).Pulled);
    }

    private static void SkipWithoutPeer()
    {
        if (OnnxRuntimePeer.WhyUnavailable is { } reason)
            Assert.Skip(reason);
    }

    private ModelStore Store(Catalogue catalogue) => new(new GraftHome(Path.Combine(_folder, "home")), catalogue);

    private Network Load(int size)
    {
        var store = Store(Catalogue.Standard);
        var info = store.Find(Name);
        var network = info.Build(info.Preprocessing.WithSize(size));
        using var file = store.OpenWeights(Name, cancellationToken: TestContext.Current.CancellationToken);
        NetworkWeights.Load(network, file);
        return network;
    }

    /// <summary>RGB pixels with edges and gradients, like those of an image.</summary>
    private static Tensor Pixels(int size)
    {
        var pixels = Tensor.Uninitialized(new Shape(1, size, size, 3));
        for (var i = 0; i < pixels.Length; i++)
        {
            var (y, x, c) = (i / 3 / size, i / 3 % size, i % 3);
            pixels.Span[i] = ((x * (c + 1)) + (2 * y) + (x / 28 * 37) + (y / 41 * 59)) % 256;
        }

        return pixels;
    }

    private static float[] RunInOnnxRuntime(string model, int[] shape, float[] values)
    {
        var path = Path.Combine(AppContext.BaseDirectory, model);
        return Assert.Single(OnnxRuntimePeer.Run(new OnnxRuntimeJob(path, shape, values))).Values;
    }

    private static float[] Run(Network network, Tensor input)
    {
        using var workers = new WorkerPool(2);
        using var plan = InferencePlan.Compile(network);
        using var runner = plan.CreateRunner(1, workers);
        using var output = runner.Run(input);
        return output.Span.ToArray();
    }
}
