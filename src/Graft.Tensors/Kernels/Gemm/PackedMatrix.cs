using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// The right operand of a matrix product, packed in panels of <see cref="TileKernel.Columns"/> columns:
/// <c>[panel][k][column]</c>, the last panel padded with zeros. Immutable after packing; whoever makes it disposes it.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    private readonly Tensor _panels;

    private PackedMatrix(TileKernel kernel, int depth, int columns)
    {
        Kernel = kernel;
        Depth = depth;
        Columns = columns;
        PanelCount = (columns + kernel.Columns - 1) / kernel.Columns;
        _panels = Tensor.Uninitialized(new Shape(PanelCount, depth, kernel.Columns));
    }

    /// <summary>The kernel whose panel width this is packed for.</summary>
    public TileKernel Kernel { get; }

    /// <summary>The length of the shared dimension.</summary>
    public int Depth { get; }

    /// <summary>The number of columns without padding.</summary>
    public int Columns { get; }

    /// <summary>The number of panels.</summary>
    public int PanelCount { get; }

    /// <summary>Packs a matrix whose rows follow each other in memory.</summary>
    /// <param name="source">The element of row 0, column 0.</param>
    /// <param name="depth">Number of rows: the shared dimension.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="kernel">The kernel that will use it; the best one when null.</param>
    /// <param name="rowStride">From one row to the next, in floats; <paramref name="columns"/> when 0.</param>
    /// <param name="workers">The threads to run on; the caller's alone when null. The result is the same.</param>
    public static PackedMatrix Pack(float* source, int depth, int columns, TileKernel? kernel = null, int rowStride = 0, WorkerPool? workers = null)
    {
        var packed = new PackedMatrix(kernel ?? TileKernel.Best, depth, columns);
        nint stride = rowStride == 0 ? columns : rowStride;
        if (workers is null)
            packed.Fill(source, 0, depth, stride, 1);
        else
            workers.Run(packed.PanelCount, (panel, _) => packed.FillPanel(panel, source, 0, depth, stride, 1));
        return packed;
    }

    /// <summary>Packs the transposes of several matrices below each other (one for each tap of a convolution).</summary>
    /// <param name="source">The matrices, <c>[taps][columns][depth]</c>.</param>
    /// <param name="taps">How many matrices.</param>
    /// <param name="depth">Columns of each matrix: its part of the shared dimension.</param>
    /// <param name="columns">Rows of each matrix.</param>
    /// <param name="kernel">The kernel that will use it; the best one when null.</param>
    /// <param name="rowStride">From one row of a matrix to the next, in floats; <paramref name="depth"/> when 0.</param>
    public static PackedMatrix PackTransposed(float* source, int taps, int depth, int columns, TileKernel? kernel = null, int rowStride = 0)
    {
        var stride = rowStride == 0 ? depth : rowStride;
        var packed = new PackedMatrix(kernel ?? TileKernel.Best, taps * depth, columns);
        for (var tap = 0; tap < taps; tap++)
            packed.Fill(source + ((nint)tap * stride * columns), tap * depth, depth, 1, stride);
        return packed;
    }

    /// <summary>The first element of a panel's row <paramref name="depth"/>.</summary>
    public float* Panel(int panel, int depth) => _panels.Pointer + ((((nint)panel * Depth) + depth) * Kernel.Columns);

    public void Dispose() => _panels.Dispose();

    private void Fill(float* source, int firstRow, int rowCount, nint rowStride, nint columnStride)
    {
        for (var panel = 0; panel < PanelCount; panel++)
            FillPanel(panel, source, firstRow, rowCount, rowStride, columnStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillPanel(int panel, float* source, int firstRow, int rowCount, nint rowStride, nint columnStride)
    {
        var width = Kernel.Columns;
        var first = panel * width;
        var count = Math.Min(width, Columns - first);
        for (var row = 0; row < rowCount; row++)
        {
            var target = new Span<float>(Panel(panel, firstRow + row), width);
            var from = source + (row * rowStride) + (first * columnStride);
            if (columnStride == 1)
            {
                new ReadOnlySpan<float>(from, count).CopyTo(target);
            }
            else
            {
                for (var column = 0; column < count; column++)
                    target[column] = from[column * columnStride];
            }

            target[count..].Clear();
        }
    }
}
