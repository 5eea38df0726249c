namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// How an optimizer changes each element of a parameter by its gradient. Implementations hold the numbers of one step.
/// </summary>
internal interface IUpdateRule
{
    /// <summary>One step for some elements.</summary>
    /// <param name="value">The parameter; changed.</param>
    /// <param name="gradient">The loss's gradient by it.</param>
    /// <param name="first">The first thing that the optimizer remembers of each element; changed.</param>
    /// <param name="second">The second; changed.</param>
    void Update<TWidth, TVector>(ref TVector value, TVector gradient, ref TVector first, ref TVector second)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;
}
