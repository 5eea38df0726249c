using System.Runtime.Intrinsics;

namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// The micro-kernel of every matrix product and convolution: a tile of <see cref="Rows"/> x <see cref="Columns"/>
/// results, kept in registers along the shared dimension.
/// </summary>
/// <remarks>
/// Operands: the left matrix as pointers to rows, never copied (for a convolution, a pointer for each row and kernel
/// tap); the right one packed in panels of <see cref="Columns"/> columns, <c>[k][Columns]</c>, padded with zeros. Every
/// result is one chain of multiply-adds in the order of k. It does not depend on the tile's position, the vector width
/// or where the shared dimension is divided into blocks; therefore a network's results do not either. The structure is
/// that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), with the indirection of
/// Dukhan, "The Indirect Convolution Algorithm" (2019).
/// </remarks>
internal abstract unsafe class TileKernel
{
    /// <summary>A short name of the vector width, such as <c>vector256</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The largest number of rows of a tile, and the number of pointers to them.</summary>
    public abstract int Rows { get; }

    /// <summary>The number of columns of a packed panel.</summary>
    public abstract int Columns { get; }

    /// <summary>The largest number of neighbouring panels that a tile spans.</summary>
    public abstract int PanelsAtOnce { get; }

    /// <summary>Every kernel that runs on this processor, for tests.</summary>
    public static IReadOnlyList<TileKernel> All { get; } =
    [
        new TileKernel<WidthScalar, float>("scalar"),
        new TileKernel<Width128, Vector128<float>>("vector128"),
        new TileKernel<Width256, Vector256<float>>("vector256"),
        new TileKernel<Width512, Vector512<float>>("vector512"),
    ];

    /// <summary>The kernel for the widest vectors that this processor accelerates.</summary>
    public static TileKernel Best { get; } = VectorWidth.Choose(All);

    /// <summary>
    /// Computes tiles one below another over one block of the shared dimension. Tiles span one panel or
    /// <see cref="PanelsAtOnce"/>.
    /// </summary>
    /// <param name="operands">The operands and the destination.</param>
    public abstract void Multiply(in TileOperands operands);
}
