using Graft.Classification.Confidence;
using Graft.Layers.Inference;
using Graft.Tensors;

namespace Graft.Classification;

/// <summary>Runs a <see cref="ClassifierPlan"/>, one call at a time.</summary>
/// <param name="first">From pixels to features, or to probabilities where there is no head.</param>
/// <param name="head">From features to probabilities.</param>
/// <param name="sketch">Shortens features.</param>
/// <param name="workers">The threads to run on.</param>
internal sealed class ClassifierRunner(PlanRunner first, PlanRunner? head, RandomProjection? sketch, WorkerPool workers)
    : IDisposable
{
    /// <summary>Runs images.</summary>
    /// <param name="pixels"><c>[n, height, width, 3]</c>.</param>
    /// <param name="features">The first image's features; null where they are not known.</param>
    /// <returns><c>[n, classes]</c>, owned by the caller.</returns>
    public Tensor Run(Tensor pixels, out sbyte[]? features)
    {
        features = null;
        if (head is null)
            return first.Run(pixels);
        using var values = first.Run(pixels);
        using var plain = Tensor.From(values.Shape.WithBatch(1), values.Rows(0).ToArray());
        features = sketch!.Project(plain, workers)[0];
        return head.Run(values);
    }

    public void Dispose()
    {
        first.Dispose();
        head?.Dispose();
    }
}
