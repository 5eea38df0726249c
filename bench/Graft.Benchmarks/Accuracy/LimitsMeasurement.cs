using System.Globalization;
using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Learning.Calibration;
using Graft.Learning.Heads;
using Graft.Tensors;

namespace Graft.Benchmarks.Accuracy;

/// <summary>Adds up what random splits of the same photos show.</summary>
internal sealed class LimitsMeasurement(
    int[] labels,
    int classes,
    Tensor features,
    sbyte[][] sketches,
    sbyte[][] others,
    WorkerPool workers
)
{
    private readonly List<double> _unknown = [];
    private readonly List<double> _unknownOthers = [];
    private readonly List<double[]> _coverage = [];
    private readonly List<double[]> _sizes = [];

    public void Add(int testPhotos, double l2, double[] coverages, ulong seed)
    {
        List<int> order = [.. Enumerable.Range(0, labels.Length)];
        new DeterministicRandom(seed).Shuffle(order);
        int[] test = [.. order.Take(testPhotos)],
            training = [.. order.Skip(testPhotos)];
        AddUnknown(test, training);
        AddCoverage(test, training, l2, coverages, seed);
    }

    public void Print(double[] coverages)
    {
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_unknown.Count} splits: called unknown {Summary(_unknown)}, in "
                    + $"{100.0 * _unknown.Count(value => value is >= 0.02 and <= 0.08) / _unknown.Count:F1} % of "
                    + $"the splits 2 to 8 %; of other things {Summary(_unknownOthers)}"
            )
        );
        for (var i = 0; i < coverages.Length; i++)
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"coverage {coverages[i]} stated: {Summary([.. _coverage.Select(values => values[i])])}, sets "
                        + $"of {_sizes.Average(values => values[i]):F3} classes"
                )
            );
    }

    private static string Summary(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * mean:F2} % (deviation {100 * deviation:F2}, {100 * values.Min():F1} to {100 * values.Max():F1})"
        );
    }

    private void AddUnknown(int[] test, int[] training)
    {
        var detector = UnknownDetector.FromAll(
            [.. training.Select(i => sketches[i])],
            [.. training.Select(i => i.ToString(CultureInfo.InvariantCulture))],
            0,
            workers
        )!;
        _unknown.Add(
            (double)test.Count(i => detector.Familiarity(sketches[i]) <= Prediction.StandardUnknownRate) / test.Length
        );
        _unknownOthers.Add(
            (double)others.Count(sketch => detector.Familiarity(sketch) <= Prediction.StandardUnknownRate)
                / others.Length
        );
    }

    private void AddCoverage(int[] test, int[] training, double l2, double[] coverages, ulong seed)
    {
        using var learned = Rows(training);
        var head = LinearHead.Fit(
            learned,
            [.. training.Select(i => labels[i])],
            classes,
            workers,
            new()
            {
                L2 = l2,
                Seed = seed,
                KeepOutOfFold = true,
            }
        );
        using var network = head.Network;
        float[][] logits = [.. head.OutOfFold.Select(said => said.Logits)];
        int[] truth = [.. head.OutOfFold.Select(said => labels[training[said.Image]])];
        var temperature = TemperatureScaling.Fit(logits, truth);
        var scores = ScoreQuantiles.Compute(logits.Select((row, i) => 1.0 - Probabilities(row, temperature)[truth[i]]));
        using var measured = Rows(test);
        using var pass = network.Forward(measured, new PassOptions { Workers = workers });
        var sets = test.Select((_, i) => Probabilities(pass.Output.Rows(i).ToArray(), temperature))
            .Select(row => Array.ConvertAll(coverages, coverage => PredictionSet.Compute(scores, row, coverage)))
            .ToArray();
        _coverage.Add([
            .. coverages.Select(
                (_, c) => (double)test.Where((photo, i) => sets[i][c].Contains(labels[photo])).Count() / test.Length
            ),
        ]);
        _sizes.Add([.. coverages.Select((_, c) => sets.Average(set => set[c].Count))]);
    }

    private Tensor Rows(int[] indices)
    {
        var rows = Tensor.Uninitialized(features.Shape.WithBatch(indices.Length));
        for (var i = 0; i < indices.Length; i++)
            features.Rows(indices[i]).CopyTo(rows.Rows(i));
        return rows;
    }

    private static float[] Probabilities(float[] logits, double temperature)
    {
        var scaled = Array.ConvertAll(logits, value => (float)(value / temperature));
        Softmax.Apply(scaled, scaled);
        return scaled;
    }
}
