using System.Numerics;
using Graft.Layers;
using Graft.Layers.Optimizers;
using Graft.Tensors;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Learning.Heads;

/// <summary>
/// Multinomial logistic regression on standardised features:
/// <c>mean over the images of -log softmax(W z + b)[label] + L2 / 2 * |W|^2</c>, with the intercepts b not penalised.
/// </summary>
/// <remarks>
/// In both products of every evaluation, the left matrix is small (the rows of W, or the residuals) and the right one
/// has the features, which are packed once. Features are standardised with the mean and standard deviation of all
/// images, also in cross-validation; this uses no labels.
/// </remarks>
internal sealed unsafe class SoftmaxRegression : IDisposable
{
    /// <summary>The number of images in a block: a cache line of logits for each class.</summary>
    private const int BlockImages = 16;

    private readonly WorkerPool _workers;
    private readonly int[] _labels;
    private readonly PackedMatrix _byFeature;
    private readonly PackedMatrix _byImage;
    private readonly double[] _mean;
    private readonly double[] _deviation;

    /// <summary>Standardises and packs the features.</summary>
    /// <param name="features"><c>[images, features]</c>; not needed afterwards.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="classes">The number of classes.</param>
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
        _byFeature = PackedMatrix.PackTransposed(standardised.Pointer, Features, Images, workers: workers);
        _byImage = PackedMatrix.Pack(standardised.Pointer, Images, Features);
    }

    public int Classes { get; }

    public int Images { get; }

    public int Features { get; }

    /// <summary>The number of values in a solution: W, <c>[classes][features]</c>, then b.</summary>
    public int ParameterCount => Classes * (Features + 1);

    /// <summary>Minimises the loss over some of the images.</summary>
    /// <param name="solution">The initial point; receives the minimum.</param>
    /// <param name="l2">The penalty on the weights.</param>
    /// <param name="included">Which images count; all when empty.</param>
    /// <param name="options">The stopping criteria.</param>
    /// <param name="cancellationToken">Cancels between iterations.</param>
    public LbfgsResult Solve(
        double[] solution,
        double l2,
        bool[] included,
        LbfgsOptions options,
        CancellationToken cancellationToken
    )
    {
        using var scratch = new Scratch(this);
        var count = included.Length == 0 ? Images : included.Count(value => value);
        return Lbfgs.Minimize(
            (point, gradient) => Evaluate(point, gradient, l2, included, count, scratch),
            solution,
            options,
            cancellationToken
        );
    }

    /// <summary>The mean loss, without penalty, over the images that are not included.</summary>
    /// <param name="solution">A solution.</param>
    /// <param name="included">The images that the solution was fitted on.</param>
    /// <param name="heldOut">Receives the logits of the other images.</param>
    public double OutOfFoldLoss(double[] solution, bool[] included, List<OutOfFoldLogits> heldOut)
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
            CollectLogits(scratch.Logits.Span, solution, image, logits);
            sum += LogSumExp.Compute<double>(logits) - logits[_labels[image]];
            heldOut.Add(new(image, Array.ConvertAll(logits, logit => (float)logit)));
        }

        return sum / count;
    }

    /// <summary>
    /// Converts a solution to weights for unstandardised features: the standardisation is folded into weights and
    /// intercepts.
    /// </summary>
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

    private double Evaluate(double[] point, double[] gradient, double l2, bool[] included, int count, Scratch scratch)
    {
        ComputeLogits(point, scratch);
        _workers.Run((Images + BlockImages - 1) / BlockImages, (block, worker) =>
            Differentiate(point, included, count, block, scratch, worker)
        );
        var loss = 0.0;
        foreach (var one in scratch.Losses)
            loss += one;
        for (var c = 0; c < Classes; c++)
        {
            var sum = 0.0;
            foreach (var residual in scratch.Residuals.Span.Slice(c * Images, Images))
                sum += residual;
            gradient[(Classes * Features) + c] = sum;
        }

        MatrixProduct.Run(
            new MatrixRows(scratch.Residuals.Pointer, Images, Images),
            Classes,
            _byImage,
            scratch.Gradient.Pointer,
            Epilogue.None,
            _workers
        );
        var penalty = 0.0;
        var products = scratch.Gradient.Span;
        for (var i = 0; i < products.Length; i++)
        {
            gradient[i] = products[i] + (l2 * point[i]);
            penalty += point[i] * point[i];
        }

        return (loss / count) + (l2 / 2 * penalty);
    }

    /// <summary>
    /// Turns the logits of a block of images into losses and residuals <c>(softmax - target) / count</c>, zero for
    /// images that are not included. The images of each class are contiguous, so vectors run across images.
    /// </summary>
    private void Differentiate(double[] point, bool[] included, int count, int block, Scratch scratch, int worker)
    {
        var first = block * BlockImages;
        var images = Math.Min(BlockImages, Images - first);
        var values = scratch.Block(worker);
        var intercepts = point.AsSpan(Classes * Features);
        Span<double> largest = stackalloc double[BlockImages];
        Span<double> sum = stackalloc double[BlockImages];
        largest.Fill(double.NegativeInfinity);
        sum.Clear();
        // Lanes without an image contain zeros.
        values.Clear();
        for (var c = 0; c < Classes; c++)
        {
            var row = scratch.Logits.Span.Slice((c * Images) + first, images);
            var to = values.Slice(c * BlockImages, BlockImages);
            for (var i = 0; i < row.Length; i++)
                to[i] = row[i] + intercepts[c];
            for (var i = 0; i < BlockImages; i += Vector<double>.Count)
                Vector.Max(new Vector<double>(largest[i..]), new Vector<double>(to[i..])).CopyTo(largest[i..]);
        }

        for (var i = 0; i < images; i++)
        {
            var counts = included.Length == 0 || included[first + i];
            scratch.Losses[first + i] = counts ? largest[i] - values[(_labels[first + i] * BlockImages) + i] : 0;
        }

        for (var c = 0; c < Classes; c++)
        {
            var exponentials = values.Slice(c * BlockImages, BlockImages);
            for (var i = 0; i < BlockImages; i += Vector<double>.Count)
            {
                var exponential = Vector.Exp(new Vector<double>(exponentials[i..]) - new Vector<double>(largest[i..]));
                exponential.CopyTo(exponentials[i..]);
                (new Vector<double>(sum[i..]) + exponential).CopyTo(sum[i..]);
            }
        }

        for (var i = 0; i < images; i++)
        {
            var counts = included.Length == 0 || included[first + i];
            if (counts)
                scratch.Losses[first + i] += Math.Log(sum[i]);
            values[(_labels[first + i] * BlockImages) + i] -= sum[i];
            // From here on, sum holds the factor on the exponentials.
            sum[i] = counts ? 1 / (sum[i] * count) : 0;
        }

        for (var c = 0; c < Classes; c++)
        {
            var from = values.Slice(c * BlockImages, images);
            var residuals = scratch.Residuals.Span.Slice((c * Images) + first, images);
            for (var i = 0; i < residuals.Length; i++)
                residuals[i] = (float)(from[i] * sum[i]);
        }
    }

    /// <summary>Logits without intercepts, <c>[classes][images]</c>.</summary>
    private void ComputeLogits(ReadOnlySpan<double> point, Scratch scratch)
    {
        var weights = scratch.Weights.Span;
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)point[i];
        MatrixProduct.Run(
            new MatrixRows(scratch.Weights.Pointer, Features, Features),
            Classes,
            _byFeature,
            scratch.Logits.Pointer,
            Epilogue.None,
            _workers
        );
    }

    /// <summary>Collects an image's logits, with intercepts.</summary>
    private void CollectLogits(ReadOnlySpan<float> all, ReadOnlySpan<double> point, int image, double[] logits)
    {
        for (var c = 0; c < Classes; c++)
            logits[c] = all[(c * Images) + image] + point[(Classes * Features) + c];
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
            // A constant feature carries no information: its standardised value is zero whatever the divisor.
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
        private readonly double[][] _blocks =
        [
            .. Enumerable.Range(0, owner._workers.ThreadCount).Select(_ => new double[owner.Classes * BlockImages]),
        ];

        public Tensor Weights { get; } = Tensor.Uninitialized(new Shape(owner.Classes, owner.Features));

        public Tensor Logits { get; } = Tensor.Uninitialized(new Shape(owner.Classes, owner.Images));

        public Tensor Residuals { get; } = Tensor.Uninitialized(new Shape(owner.Classes, owner.Images));

        public Tensor Gradient { get; } = Tensor.Uninitialized(new Shape(owner.Classes, owner.Features));

        /// <summary>The loss of each image, zero for those that are not included.</summary>
        public double[] Losses { get; } = new double[owner.Images];

        /// <summary>Each thread's own space for the logits of a block, <c>[classes][images]</c>.</summary>
        public Span<double> Block(int worker) => _blocks[worker];

        public void Dispose()
        {
            Weights.Dispose();
            Logits.Dispose();
            Residuals.Dispose();
            Gradient.Dispose();
        }
    }
}
