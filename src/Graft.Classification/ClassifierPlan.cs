using Graft.Classification.Confidence;
using Graft.Layers.Inference;
using Graft.Tensors;

namespace Graft.Classification;

/// <summary>
/// A classifier compiled for running. It is one plan, or two where the features between them are needed to find unknown
/// images. Immutable, shared by its runners; disposed after them.
/// </summary>
internal sealed class ClassifierPlan : IDisposable
{
    private readonly InferencePlan _first;
    private readonly InferencePlan? _head;
    private readonly RandomProjection? _projection;

    private ClassifierPlan(
        InferencePlan first,
        InferencePlan? head,
        RandomProjection? projection,
        ModelConfidence? confidence
    )
    {
        _first = first;
        _head = head;
        _projection = projection;
        Confidence = confidence;
    }

    /// <summary>The model's confidence data; null where it has none.</summary>
    public ModelConfidence? Confidence { get; }

    /// <summary>The shape of one input, without the batch.</summary>
    public Shape InputShape => _first.InputShape;

    /// <summary>Compiles a classifier.</summary>
    /// <param name="file">The classifier; where the plan has two parts, its network keeps only the first.</param>
    /// <param name="options">How the network is compiled.</param>
    public static ClassifierPlan Compile(ClassifierFile file, PlanOptions options)
    {
        if (file.Metadata.Confidence?.Unknown is null || file.Metadata.FeatureNode == file.Network.OutputName)
            return new(InferencePlan.Compile(file.Network, options: options), null, null, file.Metadata.Confidence);
        using var head = file.Network.SplitAfter(file.Metadata.FeatureNode);
        var features = file.Network.OutputShape;
        return new(
            InferencePlan.Compile(file.Network, options: options),
            InferencePlan.Compile(head, options: options),
            new RandomProjection(features),
            file.Metadata.Confidence
        );
    }

    /// <summary>Makes a runner with buffers for at most <paramref name="maximumBatch"/> images.</summary>
    public ClassifierRunner CreateRunner(int maximumBatch, WorkerPool workers) =>
        new(
            _first.CreateRunner(maximumBatch, workers),
            _head?.CreateRunner(maximumBatch, workers),
            _projection,
            workers
        );

    public void Dispose()
    {
        _first.Dispose();
        _head?.Dispose();
        _projection?.Dispose();
    }
}
