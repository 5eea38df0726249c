namespace Graft.Tensors.Kernels;

/// <summary>
/// A computation on each element of arrays by itself, written once for every vector width. Implementations are structs
/// with an inlined <see cref="Run{TWidth, TVector}"/>, so that <see cref="VectorWidth.ForEach{TKernel}"/> compiles to a
/// single loop with the computation in it.
/// </summary>
internal interface IVectorKernel
{
    /// <summary>Computes as many elements as a vector has.</summary>
    /// <param name="index">The index of the first element.</param>
    /// <typeparam name="TWidth">The operations; <see cref="WidthScalar"/> for a single element.</typeparam>
    /// <typeparam name="TVector">The vector type.</typeparam>
    void Run<TWidth, TVector>(int index)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;
}
