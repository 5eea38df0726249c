using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>
/// The micro-kernel of a weight's gradient: a tile of <see cref="Rows"/> x <see cref="Columns"/> results, kept in
/// registers while it sums the outer products of pixels.
/// </summary>
/// <remarks>
/// Operands: the left one is packed in groups of <see cref="Rows"/> channels, <c>[pixel][Rows]</c>, the right one in
/// panels of <see cref="Columns"/> channels, <c>[pixel][Columns]</c>; both are padded with zeros. Every result is one
/// chain of multiply-adds in the order of the pixels, for any vector width.
/// </remarks>
internal abstract unsafe class OuterProductKernel
{
    /// <summary>The number of rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>Every kernel that runs on this processor, for tests.</summary>
    public static IReadOnlyList<OuterProductKernel> All { get; } =
    [
        new OuterProductKernel<WidthScalar, float>(),
        new OuterProductKernel<Width128, Vector128<float>>(),
        new OuterProductKernel<Width256, Vector256<float>>(),
        new OuterProductKernel<Width512, Vector512<float>>(),
    ];

    /// <summary>The kernel for the widest vectors that this processor accelerates.</summary>
    public static OuterProductKernel Best { get; } = VectorWidth.Choose(All);

    /// <summary>The number of columns of a tile.</summary>
    public abstract int Columns { get; }

    /// <summary>Computes a tile.</summary>
    /// <param name="left">The left operand; row r of the pixels starts at <c>left + starts[r]</c>.</param>
    /// <param name="starts">The start of each row of pixels, in floats.</param>
    /// <param name="rows">The number of rows of pixels.</param>
    /// <param name="count">The number of pixels in a row.</param>
    /// <param name="step">The distance from one pixel of the left operand to the next, in floats.</param>
    /// <param name="right">The right operand's <c>rows * count</c> pixels.</param>
    /// <param name="next">The left operand of the next tile, which is prefetched; may be any address.</param>
    /// <param name="tile">Receives the tile, <c>[Rows][Columns]</c>.</param>
    public abstract void Multiply(
        float* left,
        nint* starts,
        int rows,
        int count,
        nint step,
        float* right,
        float* next,
        float* tile
    );

    /// <summary>Adds the existing part of a tile to a matrix.</summary>
    /// <param name="tile">The tile, <c>[Rows][Columns]</c>.</param>
    /// <param name="target">The element of the matrix that the tile's first element is added to.</param>
    /// <param name="stride">The distance from one row of the matrix to the next, in floats.</param>
    /// <param name="rowCount">The number of existing rows.</param>
    /// <param name="columnCount">The number of existing columns.</param>
    public abstract void Add(float* tile, float* target, nint stride, int rowCount, int columnCount);
}
