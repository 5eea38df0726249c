using Graft.Learning.Heads;
using Graft.Tensors;
using Graft.Training.DataChecks;

namespace Graft.Training.Tests.DataChecks;

public sealed class ConfidentLearningTests
{
    [Fact]
    public void Those_that_count_as_another_class_are_ranked_by_their_margin()
    {
        // Means of the probability of the own class: 0: (0.9 + 0.7 + 0.1) / 3 = 0.567; 1: (0.6 + 0.8 + 0.3) / 3 =
        // 0.567; 2: 0.5.
        float[] probabilities =
        [
            0.90f,
            0.05f,
            0.05f,
            0.70f,
            0.20f,
            0.10f,
            0.10f,
            0.80f,
            0.10f, // labelled 0, confidently 1: margin 0.7
            0.20f,
            0.60f,
            0.20f,
            0.10f,
            0.80f,
            0.10f,
            0.60f,
            0.30f,
            0.10f, // labelled 1, confidently 0: margin 0.3
            0.30f,
            0.20f,
            0.50f,
            0.45f,
            0.05f,
            0.50f, // likelier 2 than anything, and confidently so
        ];
        using var tensor = Tensor.Uninitialized(new Shape(8, 3));
        probabilities.CopyTo(tensor.Span);
        var ranked = ConfidentLearning.Rank(tensor, [0, 0, 0, 1, 1, 1, 2, 2]);
        Assert.Equal([(2, 0, 1), (5, 1, 0)], ranked.Select(item => (item.Image, item.Label, item.Suggested)));
        Assert.Equal(0.7, ranked[0].Score, 1e-6);
        Assert.Equal(0.3, ranked[1].Score, 1e-6);
        Assert.Throws<ArgumentException>(() => ConfidentLearning.Rank(tensor, [0]));
    }

    [Fact]
    public void Nothing_that_is_said_of_an_image_comes_from_its_own_label_nor_from_that_of_its_copies()
    {
        // Random labels can be learned by heart, but not predicted.
        const int Images = 300,
            Columns = 400;
        var random = new DeterministicRandom(3);
        using var features = Tensor.Uninitialized(new Shape(Images, Columns));
        foreach (ref var value in features.Span)
            value = random.NextInt(1000) / 1000f;
        int[] labels = [.. Enumerable.Range(0, Images).Select(_ => random.NextInt(2))];
        using var workers = new WorkerPool(2);
        Assert.InRange(Accuracy(features, labels, null), 0.35, 0.65);

        // Each twice: a copy gives the label away unless it is kept in the same fold.
        for (var i = 0; i < Images; i += 2)
        {
            features.Rows(i).CopyTo(features.Rows(i + 1));
            labels[i + 1] = labels[i];
        }

        Assert.True(Accuracy(features, labels, null) > 0.75);
        Assert.InRange(Accuracy(features, labels, [.. Enumerable.Range(0, Images).Select(i => i / 2)]), 0.3, 0.7);

        double Accuracy(Tensor rows, int[] classes, int[]? pictures)
        {
            using var probabilities = LinearHead.PredictOutOfFold(
                rows,
                classes,
                2,
                workers,
                new() { L2 = 0.01, ImageNumbers = pictures },
                TestContext.Current.CancellationToken
            );
            for (var i = 0; i < classes.Length; i++)
                Assert.Equal(1, probabilities.Rows(i)[0] + probabilities.Rows(i)[1], 1e-5);
            return classes.Select((label, i) => probabilities.Rows(i)[label] > 0.5 ? 1.0 : 0).Average();
        }
    }
}
