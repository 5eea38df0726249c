using Graft.Classification.Confidence;
using Graft.Imaging;
using Graft.Tensors;
using Graft.Training.Measurement;
using Graft.Training.Reporting;

namespace Graft.Training.Tests.Runs.Reporting;

public sealed class ReportPartsTests
{
    [Fact]
    public void The_photos_that_say_most_are_chosen()
    {
        // Classes 0, 1, 2; images 0 to 3 are called rightly, 4 to 6 are not.
        ImagePrediction[] predictions =
        [
            new("0", 0, [0.9f, 0.05f, 0.05f]),
            new("1", 0, [0.95f, 0.05f, 0]),
            new("2", 1, [0.1f, 0.6f, 0.3f]),
            new("3", 2, [0, 0, 1]),
            new("4", 0, [0.3f, 0.7f, 0]),
            new("5", 0, [0.05f, 0.9f, 0.05f]),
            new("6", 2, [0.6f, 0.2f, 0.2f]),
        ];
        var photos = ShownImages.Choose(predictions);
        Assert.Equal([5, 6, 4], photos.Worst);
        Assert.Equal([(0, 1), (2, 0)], photos.Confused.Select(pair => (pair.Truth, pair.Called)));
        Assert.Equal([5, 4], photos.Confused[0].Photos);
        Assert.Equal([2, 0, 1, 3], photos.Unsure);
        Assert.Equal([3, 1, 2, 0], photos.Best);
        Assert.Equal(7, photos.All.Count());
    }

    [Fact]
    public void The_map_shows_the_two_directions_in_which_pictures_differ_most()
    {
        var random = new DeterministicRandom(3);
        sbyte[][] sketches =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(i =>
                {
                    var sketch = new sbyte[RandomProjection.Length];
                    for (var j = 0; j < sketch.Length; j++)
                        sketch[j] = (sbyte)random.NextInt(3);
                    // Much along one direction, less along another.
                    sketch[10] = (sbyte)(i % 2 == 0 ? 90 : -90);
                    sketch[20] = (sbyte)(i % 3 == 0 ? 40 : -40);
                    return sketch;
                }),
        ];
        var (places, shown) = FeatureMap.Compute(sketches);
        Assert.InRange(shown, 0.9, 1);
        Assert.Equal(sketches.Select(sketch => sketch[10] > 0), places.Select(place => place.X > 0 == places[0].X > 0));
        Assert.Equal(sketches.Select(sketch => sketch[20] > 0), places.Select(place => place.Y > 0 == places[0].Y > 0));
        Assert.Equal(0, places.Sum(place => place.X), 1e-6);
        Assert.Equal([(0.0, 0.0)], FeatureMap.Compute([sketches[0]]).Places);
    }

    [Fact]
    public void Heat_is_red_where_it_is_greatest_and_the_picture_stays_grey_elsewhere()
    {
        using var picture = RgbImage.FromPixels(8, 8, Enumerable.Repeat((byte)100, 192).ToArray());
        HeatOverlay.Paint(
            picture,
            [
                [0, 0],
                [0, 1],
            ]
        );
        Assert.Equal([100, 100, 100], picture.Pixels[..3].ToArray().Select(value => value is 99 or 100 ? 100 : value));
        var hot = picture.Pixels[^3..].ToArray();
        Assert.True(hot[0] > 180 && hot[1] < 60 && hot[2] < 60, string.Join(",", hot));
    }

    [Fact]
    public void Of_hundreds_of_classes_the_worst_are_drawn_and_all_are_listed()
    {
        const int Classes = 300;
        using var probabilities = Tensor.Zeros(new Shape(Classes, Classes));
        // Every class but the last three is called rightly.
        for (var c = 0; c < Classes; c++)
            probabilities.Rows(c)[c < Classes - 3 ? c : 0] = 1;
        string[] names = [.. Enumerable.Range(0, Classes).Select(c => $"class {c}.")];
        var metrics = SplitMeasurement.Compute(
            probabilities,
            ImagePrediction.From(probabilities, names, [.. Enumerable.Range(0, Classes)]),
            names,
            null,
            null
        );
        var html = RunCharts.Classes(metrics).ToString();
        var chart = html[..html.IndexOf("</figure>", StringComparison.Ordinal)];
        Assert.Equal(40, names.Count(name => chart.Contains($"\"{name}\"", StringComparison.Ordinal)));
        Assert.All(names[^3..], name => Assert.Contains($"\"{name}\"", chart, StringComparison.Ordinal));
        Assert.All(names, name => Assert.Contains($"{name}</td>", html, StringComparison.Ordinal));
    }
}
