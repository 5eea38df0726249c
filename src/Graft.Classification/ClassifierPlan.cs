using Graft.Classification.Confidence;
using Graft.Layers.Inference;
using Graft.Tensors;

namespace Graft.Classification;

/// <summary>
/// A classifier compiled for running: as a whole, or in two parts where what lies between them, the features, is needed
/// to tell unknown things. Immutable, shared by its runners; disposed after them.
/// </summary>
internal sealed class ClassifierPlan : IDisposable
{
    private readonly InferencePlan _first;
    private readonly InferencePlan? _head;
    private readonly RandomProjection? _sketch;

    private ClassifierPlan(
        InferencePlan first,
        InferencePlan? head,
        RandomProjection? sketch,
        ModelConfidence? confidence
    )
    {
        _first = first;
        _head = head;
        _sketch = sketch;
        Confidence = confidence;
    }

    /// <summary>What the model knows of its limits; null where nothing.</summary>
    public ModelConfidence? Confidence { get; }

    /// <summary>The shape of one input, without the batch.</summary>
    public Shape InputShape => _first.InputShape;

    /// <summary>Compiles.</summary>
    /// <param name="file">The classifier; empty of its network afterwards.</param>
    /// <param name="options">How.</param>
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

    /// <summary>Makes a runner with buffers for a number of images.</summary>
    public ClassifierRunner CreateRunner(int maximumBatch, WorkerPool workers) =>
        new(_first.CreateRunner(maximumBatch, workers), _head?.CreateRunner(maximumBatch, workers), _sketch, workers);

    public void Dispose()
    {
        _first.Dispose();
        _head?.Dispose();
        _sketch?.Dispose();
    }
}
