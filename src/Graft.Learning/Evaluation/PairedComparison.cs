using Graft.Tensors;

namespace Graft.Learning.Evaluation;

/// <summary>
/// The comparison of two classifiers on the same images, with the significance of the difference. Shares are from 0 to
/// 1.
/// </summary>
public sealed record PairedComparison
{
    private const int Draws = 10_000;

    private const double Tail = 0.025;

    private PairedComparison() { }

    /// <summary>Images that both get right.</summary>
    public required int BothRight { get; init; }

    /// <summary>Images that only the first gets right.</summary>
    public required int OnlyFirst { get; init; }

    /// <summary>Images that only the second gets right.</summary>
    public required int OnlySecond { get; init; }

    /// <summary>Images that both get wrong.</summary>
    public required int BothWrong { get; init; }

    /// <summary>
    /// The 2.5 % and 97.5 % quantiles of <see cref="Difference"/> over images drawn with replacement.
    /// </summary>
    public required (double Low, double High) Interval { get; init; }

    /// <summary>The number of images.</summary>
    public int Images => BothRight + OnlyFirst + OnlySecond + BothWrong;

    /// <summary>The first's accuracy.</summary>
    public double FirstAccuracy => (double)(BothRight + OnlyFirst) / Images;

    /// <summary>The second's accuracy.</summary>
    public double SecondAccuracy => (double)(BothRight + OnlySecond) / Images;

    /// <summary>The second classifier's accuracy minus the first's.</summary>
    public double Difference => (double)(OnlySecond - OnlyFirst) / Images;

    /// <summary>Compares two classifiers.</summary>
    /// <param name="first">Whether the first classifier is right, for each image.</param>
    /// <param name="second">Whether the second classifier is right, for each image.</param>
    /// <param name="seed">Determines the draws; the same seed gives the same interval.</param>
    /// <exception cref="ArgumentException">There are no images, or the numbers of images differ.</exception>
    public static PairedComparison Compute(IReadOnlyList<bool> first, IReadOnlyList<bool> second, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count || first.Count == 0)
            throw new ArgumentException(
                $"Comparing predictions for {first.Count} and {second.Count} images: the numbers must be equal "
                    + $"and at least 1.",
                nameof(second)
            );
        var differences = new int[first.Count];
        var (bothRight, onlyFirst, onlySecond) = (0, 0, 0);
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = (second[i] ? 1 : 0) - (first[i] ? 1 : 0);
            bothRight += first[i] && second[i] ? 1 : 0;
            onlyFirst += differences[i] < 0 ? 1 : 0;
            onlySecond += differences[i] > 0 ? 1 : 0;
        }

        return new()
        {
            BothRight = bothRight,
            OnlyFirst = onlyFirst,
            OnlySecond = onlySecond,
            BothWrong = differences.Length - bothRight - onlyFirst - onlySecond,
            Interval = Bootstrap(differences, seed),
        };
    }

    /// <summary>
    /// The percentile interval of B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993).
    /// </summary>
    private static (double Low, double High) Bootstrap(int[] differences, ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var sums = new int[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            for (var i = 0; i < differences.Length; i++)
                sums[draw] += differences[random.NextInt(differences.Length)];
        }

        Array.Sort(sums);
        var below = (int)(Tail * Draws);
        return ((double)sums[below] / differences.Length, (double)sums[Draws - 1 - below] / differences.Length);
    }
}
