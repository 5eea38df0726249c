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

    /// <summary>A column of B' d or a row of d B: reads a vector at <paramref name="offset"/> behind each of m+2 pointers.</summary>
    /// <param name="sources">The pointers.</param>
    /// <param name="offset">Added to each, in floats.</param>
    /// <param name="target">Where the first of the large tile's points is; gets a vector at each point that this tile uses.</param>
    /// <param name="targetStride">From one point to the next, in floats.</param>
    static abstract void Input<TWidth, TVector>(float** sources, nint offset, float* target, nint targetStride)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;

    /// <summary>A column of A' m or a row of m A: reads a vector of each point that this tile uses and writes m.</summary>
    /// <param name="sources">A pointer for each of the large tile's points.</param>
    /// <param name="offset">Added to each, in floats.</param>
    /// <param name="target">Gets m vectors.</param>
    /// <param name="targetStride">From one to the next, in floats.</param>
    static abstract void Output<TWidth, TVector>(float** sources, nint offset, float* target, nint targetStride)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct;
}
