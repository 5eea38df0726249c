namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The transforms of a tile in one dimension, for a vector of channels at a time. Every result is a fixed sequence of
/// operations on its channel alone, so it does not depend on the vector width.
/// </summary>
internal unsafe interface IWinogradTransform
{
    /// <summary>m: the number of results along a side of a tile.</summary>
    static abstract int Outputs { get; }

    /// <summary>m + 2: the number of inputs along a side of a tile.</summary>
    static abstract int Inputs { get; }

    /// <summary>Computes a column of B' d or a row of d B.</summary>
    /// <param name="source0">The first of m + 2 vectors; the pointers after the last may be anything.</param>
    /// <param name="source1">The second.</param>
    /// <param name="source2">The third.</param>
    /// <param name="source3">The fourth.</param>
    /// <param name="source4">The fifth.</param>
    /// <param name="source5">The sixth.</param>
    /// <param name="target">
    /// The place of the large tile's first point; receives a vector at each point that this tile uses.
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

    /// <summary>Computes a column of A' m or a row of m A.</summary>
    /// <param name="source0">
    /// The vector of the large tile's first point; vectors of points that this tile does not use are not read.
    /// </param>
    /// <param name="source1">The vector of the second point.</param>
    /// <param name="source2">The vector of the third point.</param>
    /// <param name="source3">The vector of the fourth point.</param>
    /// <param name="source4">The vector of the fifth point.</param>
    /// <param name="source5">The vector of the last point.</param>
    /// <param name="target">Receives m vectors.</param>
    /// <param name="targetStride">The distance from one vector to the next, in floats.</param>
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
