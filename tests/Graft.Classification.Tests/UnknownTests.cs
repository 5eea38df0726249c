using Graft.Classification.Confidence;
using Graft.Layers.Inference;
using Graft.Tensors;
using Graft.Testing;
using Graft.Weights;

namespace Graft.Classification.Tests;

/// <summary>What a model file that knows its limits says, against one that does not.</summary>
public sealed class UnknownTests : IDisposable
{
    private const int Pictures = 40;

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Pictures_like_those_of_training_are_familiar_and_others_are_not()
    {
        using var known = Draw(Pictures, 1);
        var sketches = Sketch(known);
        using var classifier = Classifier.Load(Write(sketches));
        Assert.True(classifier.KnowsUnknown && classifier.HasPredictionSets);
        var familiar = classifier.Predict(known);
        Assert.InRange(familiar.Count(prediction => prediction.IsUnknown() == true), 0, Pictures / 20);
        using var other = Tensor.Uninitialized(known.Shape.WithBatch(1));
        for (var i = 0; i < other.Length; i++)
            other.Span[i] = i / 3 % 2 == 0 ? 255 : 0;
        var unknown = classifier.Predict(other)[0];
        Assert.True(unknown.IsUnknown());
        Assert.False(unknown.IsUnknown(0));
        Assert.Equal(1.0 / (Pictures + 1), unknown.Familiarity!.Value, 1e-12);
    }

    [Fact]
    public void Knowing_limits_changes_no_bit_of_the_probabilities()
    {
        using var pixels = Draw(6, 2);
        using var with = Classifier.Load(Write(Sketch(pixels, repeat: 7)));
        using var without = Classifier.Load(TinyClassifier.Write(_folder["without.onnx"]));
        Assert.Equal(
            without.Predict(pixels).Select(prediction => prediction.Probabilities),
            with.Predict(pixels).Select(prediction => prediction.Probabilities)
        );
    }

    [Fact]
    public void A_model_without_thresholds_predicts_and_says_that_it_cannot_tell()
    {
        using var classifier = Classifier.Load(TinyClassifier.Write(_folder["without.onnx"]));
        using var pixels = Draw(1, 3);
        var prediction = classifier.Predict(pixels)[0];
        Assert.False(classifier.KnowsUnknown || classifier.HasPredictionSets);
        Assert.Null(prediction.IsUnknown());
        Assert.Null(prediction.Familiarity);
        Assert.Null(prediction.SetOf());
        NeighbourFile.Write(_folder[NeighbourFile.FileName], [("a.jpg", "Käse", new sbyte[RandomProjection.Length])]);
        Assert.Empty(NeighbourFile.Beside(_folder["without.onnx"]).Nearest(prediction, 3));
    }

    [Fact]
    public void The_nearest_training_photos_explain_a_prediction()
    {
        using var known = Draw(Pictures, 4);
        var sketches = Sketch(known);
        var model = Write(sketches);
        NeighbourFile.Write(
            _folder[NeighbourFile.FileName],
            sketches.Select((sketch, i) => ($"<b>, \"{i}\".jpg", TinyClassifier.ClassNames[i % 5], sketch))
        );
        using var classifier = Classifier.Load(model);
        var photos = NeighbourFile.Beside(model);
        var prediction = classifier.Predict(known)[7];
        var nearest = photos.Nearest(prediction, 3);
        Assert.Equal(
            ("<b>, \"7\".jpg", TinyClassifier.ClassNames[2], 0.0),
            (nearest[0].Path, nearest[0].Label, nearest[0].Distance)
        );
        Assert.Equal(nearest.OrderBy(photo => photo.Distance), nearest);
        Assert.All(photos.Nearest(prediction, 9, "😀"), photo => Assert.Equal("😀", photo.Label));
    }

    [Fact]
    public void Without_photos_to_explain_by_the_error_tells_where_they_come_from()
    {
        var model = TinyClassifier.Write(_folder["model.onnx"]);
        Assert.Contains(
            "graft train",
            Assert.Throws<FileNotFoundException>(() => NeighbourFile.Beside(model)).Message,
            StringComparison.Ordinal
        );
        foreach (
            var text in (string[])
                ["", "path,class\r\na,b\r\n", "path,class,sketch\r\na,b,AAAA\r\n", "path,class,sketch\r\na,b\r\n"]
        )
        {
            File.WriteAllText(_folder[NeighbourFile.FileName], text);
            Assert.Contains(
                NeighbourFile.FileName,
                Assert.Throws<WeightsFormatException>(() => NeighbourFile.Beside(model)).Message,
                StringComparison.Ordinal
            );
        }
    }

    private string Write(sbyte[][] sketches) =>
        TinyClassifier.Write(
            _folder["model.onnx"],
            confidence: new()
            {
                Temperature = 1,
                Images = sketches.Length,
                HoldOut = HoldOut.OutOfFold,
                Sets = ScoreQuantiles.Compute([.. Enumerable.Range(0, 30).Select(i => i / 30.0)]),
                Unknown = UnknownDetector.FromAll(sketches, [.. sketches.Select((_, i) => $"{i}")], 0, _workers),
            }
        );

    private sbyte[][] Sketch(Tensor pixels, int repeat = 1)
    {
        using var backbone = TinyBackbone.Make();
        using var plan = InferencePlan.Compile(backbone.Network);
        using var runner = plan.CreateRunner(pixels.Shape[0], _workers);
        using var features = runner.Run(pixels);
        using var sketch = new RandomProjection(plan.OutputShape);
        return [.. Enumerable.Repeat(sketch.Project(features, _workers), repeat).SelectMany(some => some)];
    }

    /// <summary>Dark pictures with a little noise.</summary>
    private static Tensor Draw(int count, ulong seed)
    {
        var random = new DeterministicRandom(seed);
        using var backbone = TinyBackbone.Make();
        var pixels = Tensor.Uninitialized(new Shape([count, .. backbone.Network.InputShape.Dimensions]));
        foreach (ref var value in pixels.Span)
            value = (float)(60 + (20 * random.NextDouble()));
        return pixels;
    }
}
