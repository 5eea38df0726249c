using Graft.Tensors;

namespace Graft.Layers.Inference.Steps;

/// <summary>One operation of a plan. Immutable; owns its packed weights.</summary>
/// <param name="description">A one-line description of the step.</param>
/// <param name="inputs">The values that it reads.</param>
/// <param name="output">The value that it writes.</param>
internal abstract class PlanStep(string description, IReadOnlyList<int> inputs, int output) : IDisposable
{
    public string Description { get; } = description;

    public IReadOnlyList<int> Inputs { get; } = inputs;

    public int Output { get; } = output;

    /// <summary>Floating-point operations for one image.</summary>
    public virtual long Operations => 0;

    /// <summary>
    /// The number of weights. The default assumes that each weight is used once for each output pixel.
    /// </summary>
    /// <param name="outputPixels">The number of pixels of the step's output.</param>
    public virtual long WeightCount(long outputPixels) => Operations / 2 / outputPixels;

    /// <summary>Runs the step.</summary>
    /// <param name="values">
    /// Every value of the plan as a tensor, batch first; values that are not alive are null.
    /// </param>
    /// <param name="workers">The worker threads.</param>
    public abstract void Run(Tensor?[] values, WorkerPool workers);

    public virtual void Dispose() { }
}
