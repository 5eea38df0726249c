using Graft.Layers.Activations;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Tensors;

namespace Graft.Learning.Heads;

/// <summary>How a linear head is fitted.</summary>
public sealed record LinearHeadOptions
{
    /// <summary>The penalty on the weights of standardised features; chosen by cross-validation when null.</summary>
    public double? L2 { get; init; }

    /// <summary>Parts that the training images are divided into for cross-validation.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Decides the folds.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// Whether out-of-fold logits are kept: <see cref="LinearHead.OutOfFold"/>.
    /// </summary>
    public bool KeepOutOfFold { get; init; }

    /// <summary>
    /// For each image a number that views of the same image share; they are never divided, for a head that has seen
    /// one view of an image would be tested on another. Every image by itself when null.
    /// </summary>
    public IReadOnlyList<int>? ImageNumbers { get; init; }
}

/// <summary>One candidate of the cross-validation.</summary>
/// <param name="L2">The penalty.</param>
/// <param name="Loss">The mean cross-entropy over the images held out, in nats.</param>
public readonly record struct L2Candidate(double L2, double Loss);

/// <summary>
/// The default head: multinomial logistic regression, solved to convergence with L-BFGS. The L2 penalty is chosen by
/// cross-validation on the training features alone, so that validation figures stay honest; the standardisation of the
/// features is folded into the weights.
/// </summary>
public sealed class LinearHead
{
    /// <summary>From strong to weak: each solution is the start for the next.</summary>
    private static readonly double[] Candidates = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4];

    /// <summary>With more images than this, one fold tells enough; the others would only cost time.</summary>
    private const int ImagesForOneFold = 5000;

    /// <summary>
    /// The number of images times classes above which only one fold is evaluated. The cost grows with both; with 10
    /// classes this is 5,000 images.
    /// </summary>
    private const int LogitsForOneFold = 50_000;

    /// <summary>Worse candidates in a row before weaker penalties are given up.</summary>
    private const int Patience = 2;

    private static readonly LbfgsOptions SearchAccuracy = new() { GradientTolerance = 1e-4, MaximumIterations = 200 };

    private static readonly LbfgsOptions FinalAccuracy = new() { GradientTolerance = 1e-6, MaximumIterations = 1000 };

    private LinearHead(
        Network network,
        double l2,
        LbfgsResult result,
        IReadOnlyList<L2Candidate> candidates,
        IReadOnlyList<OutOfFoldLogits> heldOut
    )
    {
        OutOfFold = heldOut;
        Network = network;
        L2 = l2;
        Iterations = result.Iterations;
        Converged = result.Converged;
        Search = candidates;
    }

    /// <summary>The head as a network of one dense layer, from features to logits; owned by the caller.</summary>
    public Network Network { get; }

    /// <summary>The penalty that was used.</summary>
    public double L2 { get; }

    /// <summary>Iterations of the final solution.</summary>
    public int Iterations { get; }

    /// <summary>Whether the final solution met its tolerance.</summary>
    public bool Converged { get; }

    /// <summary>The candidates that were tried, strongest first; empty when the penalty was given.</summary>
    public IReadOnlyList<L2Candidate> Search { get; }

    /// <summary>
    /// The out-of-fold logits, by heads with the same penalty: of every image, or of one fold of
    /// <see cref="LinearHeadOptions.Folds"/> where there are many images. Empty unless it was asked for.
    /// </summary>
    public IReadOnlyList<OutOfFoldLogits> OutOfFold { get; }

    /// <summary>Fits the head.</summary>
    /// <param name="features"><c>[images, features]</c> of the training images.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="workers">The threads to run on; their number has no influence on the result.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentException">
    /// Features and labels do not fit each other, a single image is to be cross-validated, or the penalty is negative.
    /// </exception>
    /// <exception cref="ArithmeticException">A feature is not finite.</exception>
    public static LinearHead Fit(
        Tensor features,
        ReadOnlySpan<int> labels,
        int classes,
        WorkerPool workers,
        LinearHeadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(features);
        options ??= new();
        RequireFit(features, labels, classes, options);
        using var regression = new SoftmaxRegression(features, labels, classes, workers);
        var divide = options.L2 is null || (options.KeepOutOfFold && labels.Length > 1);
        var (candidates, heldOut) = divide
            ? CrossValidate(
                regression,
                SearchFolds(Folds(labels, classes, options), classes),
                Penalties(options),
                cancellationToken
            )
            : ([], []);
        var l2 = options.L2 ?? candidates.MinBy(candidate => candidate.Loss).L2;
        var solution = new double[regression.ParameterCount];
        var result = regression.Solve(solution, l2, [], FinalAccuracy, cancellationToken);
        var (weights, intercepts) = regression.Unfold(solution);
        using (weights)
        {
            var network = new Network(new Shape(regression.Features));
            var dense = new Dense(regression.Features, classes);
            network.Add(HeadNetworks.LogitsNode, dense);
            weights.Span.CopyTo(dense.Weight.Value.Span);
            intercepts.CopyTo(dense.Bias.Value.Span);
            return new LinearHead(
                network,
                l2,
                result,
                options.L2 is null ? candidates : [],
                options.KeepOutOfFold ? heldOut : []
            );
        }
    }

    /// <summary>
    /// What heads say of images that they have not learned from: the images are dealt out into folds, and each fold is
    /// measured by a head fitted on the others, with one penalty for all.
    /// </summary>
    /// <param name="features"><c>[images, features]</c>.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="workers">The threads to run on; their number has no influence on the result.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>Probabilities, <c>[images, classes]</c>, owned by the caller.</returns>
    /// <inheritdoc cref="Fit" path="/exception"/>
    public static Tensor PredictOutOfFold(
        Tensor features,
        ReadOnlySpan<int> labels,
        int classes,
        WorkerPool workers,
        LinearHeadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(features);
        options ??= new();
        RequireFit(features, labels, classes, options);
        using var regression = new SoftmaxRegression(features, labels, classes, workers);
        var folds = Folds(labels, classes, options);
        var searched = SearchFolds(folds, classes);
        var (candidates, heldOut) = CrossValidate(regression, searched, Penalties(options), cancellationToken);
        if (searched.Length < folds.Length)
            heldOut = CrossValidate(
                regression,
                folds,
                [candidates.MinBy(candidate => candidate.Loss).L2],
                cancellationToken
            ).HeldOut;
        var probabilities = Tensor.Uninitialized(new Shape(labels.Length, classes));
        foreach (var (image, logits) in heldOut)
            Softmax.Apply(logits, probabilities.Rows(image));
        return probabilities;
    }

    private static void RequireFit(Tensor features, ReadOnlySpan<int> labels, int classes, LinearHeadOptions options)
    {
        if (features.Shape.Rank != 2 || features.Shape[0] != labels.Length || labels.Length == 0)
            throw new ArgumentException(
                $"Fitting the linear head: {labels.Length} labels do not fit features of shape {features.Shape}.",
                nameof(labels)
            );
        foreach (var label in labels)
        {
            if ((uint)label >= (uint)classes)
                throw new ArgumentException(
                    $"Fitting the linear head: label {label} is not one of {classes} classes.",
                    nameof(labels)
                );
        }

        if (options.ImageNumbers is { } pictures && pictures.Count != labels.Length)
            throw new ArgumentException(
                $"Fitting the linear head: {pictures.Count} picture numbers do not fit {labels.Length} images.",
                nameof(options)
            );
        if (options.L2 is { } given && !(given >= 0 && double.IsFinite(given)))
            throw new ArgumentException(
                $"Fitting the linear head: the L2 penalty must be a number of 0 or more, not {given}.",
                nameof(options)
            );
        if (options.L2 is null && labels.Length == 1)
            throw new ArgumentException(
                "Fitting the linear head: one image cannot be divided for cross-validation. Give more images, or an "
                    + "L2 penalty.",
                nameof(labels)
            );
    }

    private static double[] Penalties(LinearHeadOptions options) => options.L2 is { } given ? [given] : Candidates;

    /// <summary>The folds that are enough to choose a penalty by.</summary>
    private static bool[][] SearchFolds(bool[][] folds, int classes) =>
        folds[0].Length > ImagesForOneFold || (long)folds[0].Length * classes > LogitsForOneFold ? folds[..1] : folds;

    /// <summary>
    /// Measures penalties, strongest first, and keeps what the heads with the best one said of the images that they had
    /// not learned from.
    /// </summary>
    private static (List<L2Candidate> Candidates, IReadOnlyList<OutOfFoldLogits> HeldOut) CrossValidate(
        SoftmaxRegression regression,
        bool[][] folds,
        double[] penalties,
        CancellationToken cancellationToken
    )
    {
        var solutions = Array.ConvertAll(folds, _ => new double[regression.ParameterCount]);
        var candidates = new List<L2Candidate>();
        IReadOnlyList<OutOfFoldLogits> heldOut = [];
        foreach (var l2 in penalties)
        {
            var loss = 0.0;
            var said = new List<OutOfFoldLogits>();
            for (var fold = 0; fold < folds.Length; fold++)
            {
                regression.Solve(solutions[fold], l2, folds[fold], SearchAccuracy, cancellationToken);
                loss += regression.OutOfFoldLoss(solutions[fold], folds[fold], said) / folds.Length;
            }

            if (candidates.Count == 0 || loss < candidates.Min(candidate => candidate.Loss))
                heldOut = said;
            candidates.Add(new(l2, loss));
            var best = candidates.FindIndex(candidate => candidate.Loss == candidates.Min(other => other.Loss));
            if (candidates.Count - 1 - best >= Patience)
                break;
        }

        return (candidates, heldOut);
    }

    /// <summary>For each fold which images are included; each class is dealt out evenly after shuffling.</summary>
    private static bool[][] Folds(ReadOnlySpan<int> labels, int classes, LinearHeadOptions options)
    {
        var foldOf = new int[labels.Length];
        var random = new DeterministicRandom(options.Seed);
        var next = 0;
        var firstView = new Dictionary<int, int>();
        for (var i = 0; i < labels.Length; i++)
            firstView.TryAdd(options.ImageNumbers?[i] ?? i, i);
        // A single image cannot be divided but by its views.
        if (firstView.Count == 1)
            return Folds(labels, classes, options with { ImageNumbers = null });
        var count = Math.Clamp(options.Folds, 2, firstView.Count);
        for (var c = 0; c < classes; c++)
        {
            var members = new List<int>();
            for (var i = 0; i < labels.Length; i++)
            {
                if (labels[i] == c && firstView[options.ImageNumbers?[i] ?? i] == i)
                    members.Add(i);
            }

            random.Shuffle(members);
            foreach (var member in members)
                foldOf[member] = next++ % count;
        }

        for (var i = 0; i < labels.Length; i++)
            foldOf[i] = foldOf[firstView[options.ImageNumbers?[i] ?? i]];
        var folds = new bool[count][];
        for (var fold = 0; fold < count; fold++)
            folds[fold] = Array.ConvertAll(foldOf, value => value != fold);
        return folds;
    }
}
