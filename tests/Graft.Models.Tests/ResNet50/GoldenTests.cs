using System.Text.Json;
using Graft.Layers.Activations;
using Graft.Tensors;

namespace Graft.Models.Tests.ResNet50;

/// <summary>
/// Against numbers that PyTorch computed in double precision from the same weights; make_golden.py made them.
/// </summary>
[Trait("Category", "Slow")]
public sealed class GoldenTests(PretrainedResNet50 pretrained) : IClassFixture<PretrainedResNet50>
{
    [Fact]
    public void A_synthetic_image_gives_the_features_logits_and_classes_of_PyTorch()
    {
        var golden = JsonDocument
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "ResNet50", "golden.json")))
            .RootElement;
        using var image = SyntheticImage();
        using var features = pretrained.Run("avgpool", image);
        using var logits = pretrained.Run("fc", image);
        Compare(golden, "feature", features, 1e-4);
        Compare(golden, "logit", logits, 1e-3);
        Assert.Equal(
            golden.GetProperty("featureMean").GetDouble(),
            features.Span.ToArray().Average(value => (double)value),
            1e-5
        );

        var probabilities = new float[1000];
        Softmax.Apply(logits.Span, probabilities);
        var best = Enumerable.Range(0, 1000).OrderByDescending(index => probabilities[index]).Take(5).ToArray();
        var top = golden.GetProperty("top").EnumerateArray().ToArray();
        Assert.Equal(top.Select(entry => entry.GetProperty("index").GetInt32()), best);
        Assert.Equal(
            top.Select(entry => entry.GetProperty("label").GetString()),
            best.Select(index => pretrained.Labels[index])
        );
        for (var i = 0; i < top.Length; i++)
            Assert.Equal(top[i].GetProperty("probability").GetDouble(), probabilities[best[i]], 1e-4);
    }

    /// <summary>RGB bytes from integers alone, the same in make_golden.py.</summary>
    private static Tensor SyntheticImage()
    {
        var image = Tensor.Uninitialized(new Shape(1, 224, 224, 3));
        for (var y = 0; y < 224; y++)
        {
            for (var x = 0; x < 224; x++)
            {
                for (var c = 0; c < 3; c++)
                    image.Span[(((y * 224) + x) * 3) + c] = ((x * y * (c + 1) / 64) + (3 * x) + (5 * y * c)) % 256;
            }
        }

        return image;
    }

    private static void Compare(JsonElement golden, string what, Tensor actual, double tolerance)
    {
        var indices = golden.GetProperty($"{what}Indices").EnumerateArray().Select(index => index.GetInt32()).ToArray();
        var values = golden.GetProperty($"{what}s").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Assert.Equal(indices.Length, values.Length);
        Assert.NotEmpty(values);
        for (var i = 0; i < indices.Length; i++)
            Assert.True(
                Math.Abs(values[i] - actual.Span[indices[i]]) <= tolerance * Math.Max(1, Math.Abs(values[i])),
                $"{what} {indices[i]} should be {values[i]}, is {actual.Span[indices[i]]}."
            );
    }
}
