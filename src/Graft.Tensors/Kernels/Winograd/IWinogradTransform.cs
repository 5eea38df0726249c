namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// One dimension of a tile's transforms, for a vector of channels at a time. Every result is one fixed sequence of
/// operations on its channel alone, so it does not depend on the vector width.
/// </summary>
internal unsafe interface IWinogradTransform
{
    /// <summary>m: results along a side of a tile.</summary>
    static abstract int Outputs { get; }

    /// <summary>m + 2: inputs along a side of a tile.</summary>
    static abstract int Inputs { get; }

    /// <summary>A column of B' d or a row of d B.</summary>
    /// <param name="source0">The first of m+2 vectors; the pointers behind the last may be anything.</param>
    /// <param name="source1">The second.</param>
    /// <param name="source2">The third.</param>
    /// <param name="source3">The fourth.</param>
    /// <param name="source4">The fifth.</param>
    /// <param name="source5">The sixth.</param>
    /// <param name="target">
    /// Where the first of the large tile's points is; receives a vector at each point that this tile uses.
    /// </param>
    /// <param name="targetStride">The distance from one point to the next, in floats.</param>
    static abstract void Input<TWidth, TVector>(
        float* source0,
        float* source1,
        float* source2,
        float* source3,
        float* source4,
        float* source5,
        float* target,
        nint targetStride
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;

    /// <summary>A column of A' m or a row of m A.</summary>
    /// <param name="source0">
    /// The vector of the large tile's first point; those of points that this tile does not use are not read.
    /// </param>
    /// <param name="source1">That of the second.</param>
    /// <param name="source2">That of the third.</param>
    /// <param name="source3">That of the fourth.</param>
    /// <param name="source4">That of the fifth.</param>
    /// <param name="source5">That of the last.</param>
    /// <param name="target">Receives m vectors.</param>
    /// <param name="targetStride">The distance from one to the next, in floats.</param>
    static abstract void Output<TWidth, TVector>(
        float* source0,
        float* source1,
        float* source2,
        float* source3,
        float* source4,
        float* source5,
        float* target,
        nint targetStride
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;
}
