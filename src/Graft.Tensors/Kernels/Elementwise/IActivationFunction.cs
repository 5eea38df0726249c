namespace Graft.Tensors.Kernels.Elementwise;

/// <summary>A function of one number, for every vector width. Implementations are empty structs.</summary>
internal interface IActivationFunction
{
    /// <summary>Applies the function to each element; the result for NaN is NaN.</summary>
    static abstract TVector Apply<TWidth, TVector>(TVector value)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;

    /// <summary>The function's derivative.</summary>
    static abstract float Derivative(float value);
}
