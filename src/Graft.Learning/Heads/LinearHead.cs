using Graft.Layers.Activations;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Tensors;

namespace Graft.Learning.Heads;

/// <summary>The options for fitting a linear head.</summary>
public sealed record LinearHeadOptions
{
    /// <summary>The penalty on the weights of standardised features; chosen by cross-validation when null.</summary>
    public double? L2 { get; init; }

    /// <summary>The number of folds for cross-validation.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Determines the folds.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether out-of-fold logits are kept in <see cref="LinearHead.OutOfFold"/>.</summary>
    public bool KeepOutOfFold { get; init; }

    /// <summary>
    /// The number of each row's image; views of the same image have the same number. They always belong to the same
    /// fold, because a head must not be tested on an image of which it has seen another view. When null, every row is
    /// an image of its own.
    /// </summary>
    public IReadOnlyList<int>? ImageNumbers { get; init; }
}

/// <summary>A candidate of the cross-validation.</summary>
/// <param name="L2">The L2 penalty.</param>
/// <param name="Loss">The mean cross-entropy over the held-out images, in nats.</param>
public readonly record struct L2Candidate(double L2, double Loss);

/// <summary>
/// The default head: multinomial logistic regression, solved to convergence with L-BFGS. The L2 penalty is chosen by
/// cross-validation on the training features alone, so that validation figures stay unbiased. The standardisation of
/// the features is folded into the weights.
/// </summary>
public sealed class LinearHead
{
    /// <summary>From strong to weak: each solution is the initial point for the next.</summary>
    private static readonly double[] Candidates = [10, 3, 1, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4];

    /// <summary>With more images than this, one fold is enough; the others would only take time.</summary>
    private const int ImagesForOneFold = 5000;

    /// <summary>
    /// The number of images times classes above which only one fold is evaluated. The cost grows with both; with 10
    /// classes this is 5,000 images.
    /// </summary>
    private const int LogitsForOneFold = 50_000;

    /// <summary>The number of worse candidates in a row after which weaker penalties are not tried.</summary>
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

    /// <summary>The number of iterations of the final solution.</summary>
    public int Iterations { get; }

    /// <summary>Whether the final solution met its tolerance.</summary>
    public bool Converged { get; }

    /// <summary>The candidates that were tried, strongest first; empty when the penalty was given.</summary>
    public IReadOnlyList<L2Candidate> Search { get; }

    /// <summary>
    /// The out-of-fold logits from heads with the same penalty: of every image, or of one fold of
    /// <see cref="LinearHeadOptions.Folds"/> if there are many images. Empty unless
    /// <see cref="LinearHeadOptions.KeepOutOfFold"/> is set.
    /// </summary>
    public IReadOnlyList<OutOfFoldLogits> OutOfFold { get; }

    /// <summary>Fits the head.</summary>
    /// <param name="features"><c>[images, features]</c> of the training images.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="workers">The threads to run on; their number does not affect the result.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentException">
    /// Features and labels do not match, a single image is to be cross-validated, or the penalty is negative.
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
    /// Predicts every image out of fold: the images are divided into folds, and each fold is predicted by a head fitted
    /// on the others. All heads have the same penalty.
    /// </summary>
    /// <param name="features"><c>[images, features]</c>.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="workers">The threads to run on; their number does not affect the result.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>Probabilities, <c>[images, classes]</c>; owned by the caller.</returns>
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

        if (options.ImageNumbers is { } numbers && numbers.Count != labels.Length)
            throw new ArgumentException(
                $"Fitting the linear head: {numbers.Count} image numbers do not fit {labels.Length} labels.",
                nameof(options)
            );
        if (options.L2 is { } given && !(given >= 0 && double.IsFinite(given)))
            throw new ArgumentException(
                $"Fitting the linear head: the L2 penalty must be a number of 0 or more, not {given}.",
                nameof(options)
            );
        if (options.L2 is null && labels.Length == 1)
            throw new ArgumentException(
                "Fitting the linear head: one image cannot be divided for cross-validation. Use more images, or set "
                    + "an L2 penalty.",
                nameof(labels)
            );
    }

    private static double[] Penalties(LinearHeadOptions options) => options.L2 is { } given ? [given] : Candidates;

    /// <summary>The folds that are enough to choose a penalty.</summary>
    private static bool[][] SearchFolds(bool[][] folds, int classes) =>
        folds[0].Length > ImagesForOneFold || (long)folds[0].Length * classes > LogitsForOneFold ? folds[..1] : folds;

    /// <summary>Evaluates the penalties, strongest first, and keeps the out-of-fold logits of the best one.</summary>
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

    /// <summary>
    /// For each fold, which images are included in fitting. Each class is distributed evenly after shuffling.
    /// </summary>
    private static bool[][] Folds(ReadOnlySpan<int> labels, int classes, LinearHeadOptions options)
    {
        var foldOf = new int[labels.Length];
        var random = new DeterministicRandom(options.Seed);
        var next = 0;
        var firstView = new Dictionary<int, int>();
        for (var i = 0; i < labels.Length; i++)
            firstView.TryAdd(options.ImageNumbers?[i] ?? i, i);
        // A single image can only be divided by its views.
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
