using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Layers.Linear;
using Graft.Layers.Pooling;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Testing;
using Graft.Testing.Oracles;

namespace Graft.Features.Tests.Backbones;

/// <summary>Networks whose features are tokens: where they are cut, and what is stored.</summary>
public sealed class TokenBackboneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BackboneLoader _loader;

    public TokenBackboneTests() => _loader = new(new ModelStore(new GraftHome(_folder["home"])));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, FeatureKind.Pooled, "mean", new[] { TokenNetworks.Channels })]
    [InlineData(null, FeatureKind.Spatial, "norm", new[] { TokenNetworks.Tokens, TokenNetworks.Channels })]
    [InlineData("act", FeatureKind.AsNamed, "act", new[] { TokenNetworks.Tokens, 10 })]
    [InlineData("act", FeatureKind.Spatial, "act", new[] { TokenNetworks.Tokens, 10 })]
    [InlineData("act", FeatureKind.Pooled, "act.mean", new[] { 10 })]
    public void Tokens_are_cut_as_feature_maps_are(string? cut, FeatureKind kind, string node, int[] shape)
    {
        using var backbone = Load(TokenNetworks.Write(_folder["tokens.onnx"]), kind, cut);
        Assert.Equal((node, new Shape(shape)), (backbone.Node, backbone.FeatureShape));
    }

    [Fact]
    public void The_mean_of_named_tokens_is_their_mean()
    {
        using var backbone = Load(TokenNetworks.Write(_folder["tokens.onnx"]), FeatureKind.Pooled, "act");
        var input = new DoubleTensor(1, TokenNetworks.Size, TokenNetworks.Size, 3);
        SampleImages.Pixels(TokenNetworks.Size, TokenNetworks.Size, 1, 5).CopyTo(input.Values, 0);
        var tokens = NetworkOracle.Apply(backbone.Network, input, "act");
        var mean = new double[10];
        for (var i = 0; i < tokens.Values.Length; i++)
            mean[i % 10] += tokens.Values[i] / TokenNetworks.Tokens;
        using var pixels = Tensor.From(input.Shape, [.. input.Values.Select(value => (float)value)]);
        using var workers = new WorkerPool(2);
        using var runner = backbone.Compiled.CreateRunner(1, workers);
        using var features = runner.Run(pixels);
        Closeness.Demand(mean, features.Span, 1e-5, "the mean of tokens");
    }

    [Fact]
    public void Pixels_that_are_tokens_are_cut_as_the_map_that_they_are()
    {
        var file = TokenNetworks.Write(_folder["pixels.onnx"], network =>
        {
            network.CutAt("tokens");
            network.Add("mean", new GlobalAveragePooling1D());
            network.Add("fc", new Dense(TokenNetworks.Channels, 5));
        });
        using var backbone = Load(file, FeatureKind.Spatial);
        Assert.Equal(("patches", new Shape(8, 8, TokenNetworks.Channels)), (backbone.Node, backbone.FeatureShape));
        using var pooled = Load(file, FeatureKind.Pooled);
        Assert.Equal("mean", pooled.Node);
    }

    [Fact]
    public void A_dense_layer_is_a_classifier_only_if_its_tokens_become_the_answer()
    {
        var trunk = TokenNetworks.Write(_folder["trunk.onnx"], network => network.CutAt("project"));
        using (var backbone = Load(trunk, FeatureKind.Spatial))
            Assert.Equal("project", backbone.Node);
        using (var backbone = Load(trunk, FeatureKind.Pooled))
            Assert.Equal(("project.mean", new Shape(TokenNetworks.Channels)), (backbone.Node, backbone.FeatureShape));

        // Logits of each token, averaged.
        var averaging = TokenNetworks.Write(_folder["averaging.onnx"], network =>
        {
            network.CutAt("norm");
            network.Add("logits", new Dense(TokenNetworks.Channels, 5));
            network.Add("answer", new GlobalAveragePooling1D());
        });
        using (var backbone = Load(averaging, FeatureKind.Spatial))
            Assert.Equal("norm", backbone.Node);

        // A hidden layer of the classifier.
        var hidden = TokenNetworks.Write(_folder["hidden.onnx"], network =>
        {
            network.CutAt("mean");
            network.Add("hidden", new Dense(TokenNetworks.Channels, 9));
            network.Add("answer", new Dense(9, 5));
        });
        using (var backbone = Load(hidden, FeatureKind.Pooled))
            Assert.Equal("mean", backbone.Node);
    }

    [Fact]
    public void A_description_has_both_nodes()
    {
        var file = TokenNetworks.Write(_folder["tokens.onnx"]);
        var (description, summary) = BackboneDescription.Read(_loader, new() { Name = file });
        Assert.Equal(["mean", "norm"], description.FeatureNodes.Select(node => node.Node));
        Assert.Equal([TokenNetworks.Tokens, TokenNetworks.Channels], description.FeatureNodes[1].Shape);
        Assert.Equal(TokenNetworks.Tokens * TokenNetworks.Channels * 4, description.FeatureNodes[1].BytesPerImage);
        Assert.Contains("[64, 8]", summary, StringComparison.Ordinal);

        // 48 x 8 products for each patch, then 8 x 10 and 10 x 8 for each token, and 8 x 7 for the mean.
        Assert.Equal((64 * ((48 * 8) + 80 + 80)) + 56, description.MultiplyAdds);
    }

    [Fact]
    public void Tokens_are_stored_and_read_again_in_their_shape()
    {
        using var backbone = Load(TokenNetworks.Write(_folder["tokens.onnx"]), FeatureKind.Spatial);
        WatchedSample[] images =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(i => new WatchedSample($"{i}", SampleImages.Png(i, 5, TokenNetworks.Size, TokenNetworks.Size))),
        ];
        var input = new DoubleTensor(3, TokenNetworks.Size, TokenNetworks.Size, 3);
        for (var i = 0; i < 3; i++)
            SampleImages
                .Pixels(TokenNetworks.Size, TokenNetworks.Size, i, 5)
                .CopyTo(input.Values, i * TokenNetworks.Size * TokenNetworks.Size * 3);
        var expected = NetworkOracle.Apply(backbone.Network, input);
        Assert.Equal(new Shape(3, TokenNetworks.Tokens, TokenNetworks.Channels), expected.Shape);

        // The second time they come from the file.
        for (var computed = 3; computed >= 0; computed -= 3)
        {
            using var workers = new WorkerPool(2);
            using var store = FeatureStore.Open(_folder["features.db"]);
            using var features = new FeatureExtractor(backbone, store, workers).Extract(images, null, Token);
            Assert.Equal((computed, 3 - computed), (features.Extraction.Computed, features.Extraction.Reused));
            Assert.Equal(new Shape(TokenNetworks.Tokens, TokenNetworks.Channels), features.Shape);
            using var values = features.Read(0, 3);
            Closeness.Demand(expected, values, 1e-5, "stored tokens");
            Assert.Equal(features.Shape, Assert.Single(store.Describe(), space => space.Count == 3).Space.Shape);
        }
    }

    private Backbone Load(string file, FeatureKind kind, string? cut = null) =>
        _loader.Load(
            new()
            {
                Name = file,
                Cut = cut,
                Preprocessing = new() { Preset = PreprocessingPreset.Unit },
            },
            kind,
            cancellationToken: Token
        );
}
