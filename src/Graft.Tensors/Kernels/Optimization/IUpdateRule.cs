namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// An optimizer's update of each element of a parameter. Implementations hold the coefficients of one step.
/// </summary>
internal interface IUpdateRule
{
    /// <summary>One step for some elements.</summary>
    /// <param name="value">The parameter; changed.</param>
    /// <param name="gradient">The gradient of the loss with respect to the parameter.</param>
    /// <param name="first">The element of the optimizer's first state array; changed.</param>
    /// <param name="second">The element of the second state array; changed.</param>
    void Update<TWidth, TVector>(ref TVector value, TVector gradient, ref TVector first, ref TVector second)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;
}
