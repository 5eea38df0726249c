using Graft.Layers.Optimizers;
using Graft.Tensors;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Training.Heads;

/// <summary>
/// Multinomial logistic regression on standardised features:
/// <c>mean over the images of -log softmax(W z + b)[label] + L2 / 2 * |W|^2</c>, with the intercepts b not penalised.
/// </summary>
/// <remarks>
/// The two products of every evaluation have the few rows of W and of the residuals on the left and the features on the right, packed
/// once. Features are standardised with the mean and deviation of all images, also in cross-validation: no label is
/// looked at for that.
/// </remarks>
internal sealed unsafe class SoftmaxRegression : IDisposable
{
    private readonly WorkerPool _workers;
    private readonly int[] _labels;
    private readonly PackedMatrix _byFeature;
    private readonly PackedMatrix _byImage;
    private readonly double[] _mean;
    private readonly double[] _deviation;

    /// <summary>Standardises and packs the features.</summary>
    /// <param name="features"><c>[images, features]</c>; not needed afterwards.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="workers">The threads to run on.</param>
    public SoftmaxRegression(Tensor features, ReadOnlySpan<int> labels, int classes, WorkerPool workers)
    {
        _workers = workers;
        _labels = labels.ToArray();
        Classes = classes;
        Images = features.Shape[0];
        Features = features.Shape[1];
        (_mean, _deviation) = Measure(features);
        using var standardised = Standardise(features);
        _byFeature = PackedMatrix.PackTransposed(standardised.Pointer, 1, Features, Images);
        _byImage = PackedMatrix.Pack(standardised.Pointer, Images, Features);
    }

    public int Classes { get; }

    public int Images { get; }

    public int Features { get; }

    /// <summary>How many numbers a solution has: W, <c>[classes][features]</c>, then b.</summary>
    public int ParameterCount => Classes * (Features + 1);

    /// <summary>Minimises the loss over some of the images.</summary>
    /// <param name="solution">The start; gets the minimum.</param>
    /// <param name="l2">The penalty on the weights.</param>
    /// <param name="included">Which images count; all when empty.</param>
    /// <param name="options">When to stop.</param>
    /// <param name="cancellationToken">Stops between iterations.</param>
    public LbfgsResult Solve(double[] solution, double l2, bool[] included, LbfgsOptions options, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch(this);
        var count = included.Length == 0 ? Images : included.Count(value => value);
        return Lbfgs.Minimize((point, gradient) => Evaluate(point, gradient, l2, included, count, scratch), solution, options, cancellationToken);
    }

    /// <summary>The mean loss, without penalty, over the images that are not included.</summary>
    /// <param name="solution">A solution.</param>
    /// <param name="included">Which images it was found with.</param>
    /// <param name="heldOut">Gets what the solution says of the others.</param>
    public double HeldOutLoss(double[] solution, bool[] included, List<HeldOutLogits> heldOut)
    {
        using var scratch = new Scratch(this);
        ComputeLogits(solution, scratch);
        var logits = new double[Classes];
        var sum = 0.0;
        var count = 0;
        for (var image = 0; image < Images; image++)
        {
            if (included[image])
                continue;
            count++;
            sum += LogSumExp(scratch.Logits.Span, solution, image, logits) - logits[_labels[image]];
            heldOut.Add(new(image, Array.ConvertAll(logits, logit => (float)logit)));
        }

        return sum / count;
    }

    /// <summary>The solution for features as they are: the standardisation is folded into weights and intercepts.</summary>
    /// <param name="solution">A solution.</param>
    /// <returns>Weights, <c>[features, classes]</c>, owned by the caller, and intercepts.</returns>
    public (Tensor Weights, float[] Intercepts) Unfold(double[] solution)
    {
        var weights = Tensor.Uninitialized(new Shape(Features, Classes));
        var intercepts = new float[Classes];
        for (var c = 0; c < Classes; c++)
        {
            var intercept = solution[(Classes * Features) + c];
            for (var f = 0; f < Features; f++)
            {
                var weight = solution[(c * Features) + f] / _deviation[f];
                weights.Span[(f * Classes) + c] = (float)weight;
                intercept -= weight * _mean[f];
            }

            intercepts[c] = (float)intercept;
        }

        return (weights, intercepts);
    }

    public void Dispose()
    {
        _byFeature.Dispose();
        _byImage.Dispose();
    }

    private double Evaluate(ReadOnlySpan<double> point, Span<double> gradient, double l2, bool[] included, int count, Scratch scratch)
    {
        ComputeLogits(point, scratch);
        gradient.Clear();
        var residuals = scratch.Residuals.Span;
        var logits = new double[Classes];
        var loss = 0.0;
        for (var image = 0; image < Images; image++)
        {
            var counts = included.Length == 0 || included[image];
            var logSum = LogSumExp(scratch.Logits.Span, point, image, logits);
            if (counts)
                loss += logSum - logits[_labels[image]];
            for (var c = 0; c < Classes; c++)
            {
                var residual = counts ? (Math.Exp(logits[c] - logSum) - (c == _labels[image] ? 1 : 0)) / count : 0;
                residuals[(c * Images) + image] = (float)residual;
                gradient[(Classes * Features) + c] += residual;
            }
        }

        MatrixProduct.Run(new MatrixRows(scratch.Residuals.Pointer, Images, Images), Classes, _byImage, scratch.Gradient.Pointer, Epilogue.None, _workers);
        var penalty = 0.0;
        for (var i = 0; i < Classes * Features; i++)
        {
            gradient[i] = scratch.Gradient.Span[i] + (l2 * point[i]);
            penalty += point[i] * point[i];
        }

        return (loss / count) + (l2 / 2 * penalty);
    }

    /// <summary>Logits without intercepts, <c>[classes][images]</c>.</summary>
    private void ComputeLogits(ReadOnlySpan<double> point, Scratch scratch)
    {
        var weights = scratch.Weights.Span;
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)point[i];
        MatrixProduct.Run(new MatrixRows(scratch.Weights.Pointer, Features, Features), Classes, _byFeature, scratch.Logits.Pointer, Epilogue.None, _workers);
    }

    /// <summary>Collects an image's logits with intercepts and gives the logarithm of the sum of their exponentials.</summary>
    private double LogSumExp(ReadOnlySpan<float> all, ReadOnlySpan<double> point, int image, double[] logits)
    {
        var largest = double.NegativeInfinity;
        for (var c = 0; c < Classes; c++)
        {
            logits[c] = all[(c * Images) + image] + point[(Classes * Features) + c];
            largest = Math.Max(largest, logits[c]);
        }

        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }

    private (double[] Mean, double[] Deviation) Measure(Tensor features)
    {
        var mean = new double[Features];
        var deviation = new double[Features];
        for (var image = 0; image < Images; image++)
        {
            var row = features.Rows(image);
            for (var f = 0; f < row.Length; f++)
                mean[f] += row[f];
        }

        for (var f = 0; f < Features; f++)
            mean[f] /= Images;
        for (var image = 0; image < Images; image++)
        {
            var row = features.Rows(image);
            for (var f = 0; f < row.Length; f++)
                deviation[f] += (row[f] - mean[f]) * (row[f] - mean[f]);
        }

        for (var f = 0; f < Features; f++)
        {
            deviation[f] = Math.Sqrt(deviation[f] / Images);
            // A feature that never changes says nothing: its standardised value is zero whatever it is divided by.
            if (!(deviation[f] > 1e-8 * Math.Max(1, Math.Abs(mean[f]))))
                deviation[f] = 1;
        }

        return (mean, deviation);
    }

    private Tensor Standardise(Tensor features)
    {
        var standardised = Tensor.Uninitialized(features.Shape);
        for (var image = 0; image < Images; image++)
        {
            var from = features.Rows(image);
            var to = standardised.Rows(image);
            for (var f = 0; f < from.Length; f++)
                to[f] = (float)((from[f] - _mean[f]) / _deviation[f]);
        }

        return standardised;
    }

    private sealed class Scratch(SoftmaxRegression owner) : IDisposable
    {
        public Tensor Weights { get; } = Tensor.Uninitialized(new Shape(owner.Classes, owner.Features));

        public Tensor Logits { get; } = Tensor.Uninitialized(new Shape(owner.Classes, owner.Images));

        public Tensor Residuals { get; } = Tensor.Uninitialized(new Shape(owner.Classes, owner.Images));

        public Tensor Gradient { get; } = Tensor.Uninitialized(new Shape(owner.Classes, owner.Features));

        public void Dispose()
        {
            Weights.Dispose();
            Logits.Dispose();
            Residuals.Dispose();
            Gradient.Dispose();
        }
    }
}
