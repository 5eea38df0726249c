namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// An optimizer's update rule for each element of a parameter. Implementations hold the coefficients of one step.
/// </summary>
internal interface IUpdateRule
{
    /// <summary>Updates a vector of elements.</summary>
    /// <param name="value">The elements of the parameter; changed.</param>
    /// <param name="gradient">The gradient of the loss with respect to the parameter.</param>
    /// <param name="first">The elements of the optimizer's first state array; changed.</param>
    /// <param name="second">The elements of the second state array; changed.</param>
    void Update<TWidth, TVector>(ref TVector value, TVector gradient, ref TVector first, ref TVector second)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;
}
