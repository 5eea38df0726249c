using System.Text.Json;
using Graft.Layers.Activations;
using Graft.Layers.Inference;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Models.Tests.ResNet50;

/// <summary>Against PyTorch's answers for eight photos, which a fresh clone does not have.</summary>
[Trait("Category", "Slow")]
public sealed class ReferenceTests(PretrainedResNet50 pretrained) : IClassFixture<PretrainedResNet50>
{
    private const int Photos = 8;

    [Fact]
    public void Features_are_within_two_thousandths_of_PyTorchs()
    {
        using var photos = ReadPhotos();
        using var features = pretrained.Run("avgpool", photos);
        var (shape, expected) = NpyFile.ReadSingles(Reference("resnet50_features.npy"));
        Assert.Equal(shape, features.Shape);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], features.Span[i], 2e-3f);
    }

    [Fact]
    public void The_five_likeliest_classes_of_every_photo_are_PyTorchs()
    {
        using var photos = ReadPhotos();
        using var logits = pretrained.Run("fc", photos);
        var (_, expected) = NpyFile.ReadSingles(Reference("resnet50_logits.npy"));
        var top = ReadReference().GetProperty("top5");
        Assert.Equal(Photos, top.GetArrayLength());
        for (var photo = 0; photo < Photos; photo++)
        {
            for (var i = 0; i < 1000; i++)
                Assert.Equal(expected[(photo * 1000) + i], logits.Rows(photo)[i], 5e-3f);
            var probabilities = new float[1000];
            Softmax.Apply(logits.Rows(photo), probabilities);
            var best = Enumerable.Range(0, 1000).OrderByDescending(index => probabilities[index]).Take(5).ToArray();
            Assert.Equal(
                top[photo].EnumerateArray().Select(entry => entry[0].GetString()),
                best.Select(index => pretrained.Labels[index])
            );
            for (var i = 0; i < 5; i++)
                Assert.Equal(top[photo][i][1].GetDouble(), probabilities[best[i]], 1e-3);
        }
    }

    [Fact]
    public void Every_stage_has_the_statistics_of_PyTorchs()
    {
        using var photos = ReadPhotos();
        var stages = ReadReference().GetProperty("tensors").EnumerateObject().ToArray();
        Assert.Equal(18, stages.Length);
        foreach (var stage in stages)
        {
            using var output = pretrained.Run(NodeOf(stage.Name), photos);
            Assert.Equal(
                stage.Value.GetProperty("shape_nhwc").EnumerateArray().Select(size => size.GetInt32()),
                output.Shape.Dimensions.ToArray()
            );
            var values = output.Span.ToArray();
            var mean = values.Average(value => (double)value);
            Check(stage, "mean", mean);
            Check(stage, "std", Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
            Check(stage, "abs_max", values.Max(Math.Abs));
            CheckPixel(stage, "first_pixel_first_8_channels", output, 0, 0);
            CheckPixel(stage, "centre_pixel_first_8_channels", output, output.Shape[1] / 2, output.Shape[2] / 2);
        }
    }

    [Fact]
    public void Features_have_the_same_bits_on_any_number_of_threads_and_in_any_batch()
    {
        using var photos = ReadPhotos();
        using var all = pretrained.Run("avgpool", photos, threads: 1);
        using var two = pretrained.Run("avgpool", photos, threads: 2);
        Assert.True(Closeness.SameBits(all.Span, two.Span));
        using var plan = InferencePlan.Compile(pretrained.Network, "avgpool");
        using var workers = new WorkerPool(2);
        using var runner = plan.CreateRunner(3, workers);
        foreach (var (first, count) in new[] { (0, 1), (1, 2), (3, 3), (5, 3), (7, 1) })
        {
            using var part = Tensor.From(photos.Shape.WithBatch(count), photos.Rows(first, count));
            using var features = runner.Run(part);
            Assert.True(
                Closeness.SameBits(all.Rows(first, count), features.Span),
                $"photos {first} to {first + count - 1}"
            );
        }
    }

    /// <summary>Keras numbers stages from 2 and letters their blocks.</summary>
    private static string NodeOf(string name) =>
        name switch
        {
            "conv1_relu" => "relu",
            "pool1" => "maxpool",
            _ => $"layer{name[6] - '1'}.{name[7] - 'a'}.relu3",
        };

    private static void Check(JsonProperty stage, string what, double actual)
    {
        var expected = stage.Value.GetProperty(what).GetDouble();
        Assert.True(
            Math.Abs(expected - actual) <= 1e-4 * Math.Abs(expected),
            $"{stage.Name}: {what} should be {expected}, is {actual}."
        );
    }

    private static void CheckPixel(JsonProperty stage, string what, Tensor output, int y, int x)
    {
        var start = ((y * output.Shape[2]) + x) * output.Shape[3];
        var expected = stage.Value.GetProperty(what).EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Assert.Equal(8, expected.Length);
        for (var i = 0; i < 8; i++)
        {
            var actual = output.Span[start + i];
            Assert.True(
                Math.Abs(expected[i] - actual) <= 1e-4 * Math.Max(1, Math.Abs(expected[i])),
                $"{stage.Name}: {what}, channel {i} should be {expected[i]}, is {actual}."
            );
        }
    }

    private static Tensor ReadPhotos()
    {
        var (shape, bytes) = NpyFile.ReadBytes(Reference("images_224_rgb_uint8.npy"));
        Assert.Equal(new Shape(Photos, 224, 224, 3), shape);
        return Tensor.From(shape, Array.ConvertAll(bytes, value => (float)value));
    }

    private static JsonElement ReadReference() =>
        JsonDocument.Parse(File.ReadAllText(Reference("resnet50.json"))).RootElement;

    private static string Reference(string name)
    {
        var path = SharedFolder.Find("reference", name);
        if (path is null)
            Assert.Skip($"The reference data ../shared/reference/{name} is not there.");
        return path;
    }
}
