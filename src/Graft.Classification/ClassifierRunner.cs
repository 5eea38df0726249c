using Graft.Classification.Confidence;
using Graft.Layers.Inference;
using Graft.Tensors;

namespace Graft.Classification;

/// <summary>Runs a <see cref="ClassifierPlan"/>. Not thread-safe.</summary>
/// <param name="first">The plan from pixels to features, or to probabilities if there is no head.</param>
/// <param name="head">The plan from features to probabilities; null if the first plan computes them.</param>
/// <param name="projection">Projects features to fewer dimensions; null if there is no head.</param>
/// <param name="workers">The threads to run on.</param>
internal sealed class ClassifierRunner(
    INetworkRunner first,
    INetworkRunner? head,
    RandomProjection? projection,
    WorkerPool workers
) : IDisposable
{
    /// <summary>Computes the class probabilities of images.</summary>
    /// <param name="pixels"><c>[n, height, width, 3]</c>.</param>
    /// <param name="features">The projected features of the first image; null if there is no head.</param>
    /// <returns><c>[n, classes]</c>, owned by the caller.</returns>
    public Tensor Run(Tensor pixels, out sbyte[]? features)
    {
        features = null;
        if (head is null)
            return first.Run(pixels);
        using var values = first.Run(pixels);
        using var plain = Tensor.From(values.Shape.WithBatch(1), values.Rows(0).ToArray());
        features = projection!.Project(plain, workers)[0];
        return head.Run(values);
    }

    public void Dispose()
    {
        first.Dispose();
        head?.Dispose();
    }
}
