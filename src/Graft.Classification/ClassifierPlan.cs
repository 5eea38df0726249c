using Graft.Classification.Confidence;
using Graft.Engines;
using Graft.Layers.Inference;
using Graft.Tensors;

namespace Graft.Classification;

/// <summary>
/// A classifier compiled for inference: one network, or two if the features between them are needed to find unknown
/// images. Immutable and shared by its runners; must be disposed after them.
/// </summary>
internal sealed class ClassifierPlan : IDisposable
{
    private readonly ICompiledNetwork _first;
    private readonly ICompiledNetwork? _head;
    private readonly RandomProjection? _projection;

    private ClassifierPlan(
        ICompiledNetwork first,
        ICompiledNetwork? head,
        RandomProjection? projection,
        ModelConfidence? confidence
    )
    {
        _first = first;
        _head = head;
        _projection = projection;
        Confidence = confidence;
    }

    /// <summary>The model's confidence calibration; null if it has none.</summary>
    public ModelConfidence? Confidence { get; }

    /// <summary>The shape of one input, without the batch.</summary>
    public Shape InputShape => _first.InputShape;

    /// <summary>Compiles a classifier.</summary>
    /// <param name="file">
    /// The classifier. If the result has two networks, its own network keeps only the first part.
    /// </param>
    /// <param name="engine">What runs the network.</param>
    public static ClassifierPlan Compile(ClassifierFile file, IEngine engine)
    {
        if (file.Metadata.Confidence?.Unknown is null || file.Metadata.FeatureNode == file.Network.OutputName)
            return new(engine.Compile(file.Network), null, null, file.Metadata.Confidence);
        using var head = file.Network.SplitAfter(file.Metadata.FeatureNode);
        var features = file.Network.OutputShape;
        return new(
            engine.Compile(file.Network),
            engine.Compile(head),
            new RandomProjection(features),
            file.Metadata.Confidence
        );
    }

    /// <summary>Creates a runner with buffers for at most <paramref name="maximumBatch"/> images.</summary>
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
