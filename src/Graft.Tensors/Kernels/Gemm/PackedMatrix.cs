namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// The right operand of a matrix product, packed in panels of <see cref="TileKernel.Columns"/> columns:
/// <c>[panel][k][column]</c>, the last panel padded with zeros. Immutable after packing; the creator disposes it.
/// </summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    /// <summary>The number of rows that a task packs.</summary>
    private const int RowBlock = 32;

    private readonly Tensor _panels;

    private PackedMatrix(TileKernel kernel, int depth, int columns)
    {
        Kernel = kernel;
        Depth = depth;
        Columns = columns;
        PanelCount = (columns + kernel.Columns - 1) / kernel.Columns;
        _panels = Tensor.Uninitialized(new Shape(PanelCount, depth, kernel.Columns));
    }

    /// <summary>The kernel whose panel width the matrix is packed for.</summary>
    public TileKernel Kernel { get; }

    /// <summary>The length of the shared dimension.</summary>
    public int Depth { get; }

    /// <summary>The number of columns without padding.</summary>
    public int Columns { get; }

    /// <summary>The number of panels.</summary>
    public int PanelCount { get; }

    /// <summary>Packs a matrix whose rows are contiguous in memory.</summary>
    /// <param name="source">The element of row 0, column 0.</param>
    /// <param name="depth">The number of rows: the shared dimension.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="kernel">The kernel that will use it; the best one when null.</param>
    public static PackedMatrix Pack(float* source, int depth, int columns, TileKernel? kernel = null) =>
        Pack(new KernelView(source, 1, depth, columns), kernel);

    /// <summary>Packs the matrices of a convolution's taps one below another.</summary>
    /// <param name="view">The kernel, as it is to be read.</param>
    /// <param name="kernel">The tile kernel that will use it; the best one when null.</param>
    /// <param name="workers">The worker threads; only the calling thread when null. The result is the same.</param>
    public static PackedMatrix Pack(KernelView view, TileKernel? kernel = null, WorkerPool? workers = null)
    {
        var packed = new PackedMatrix(kernel ?? TileKernel.Best, view.Taps * view.Inputs, view.Outputs);
        var blocks = (view.Inputs + RowBlock - 1) / RowBlock;
        // Tasks read contiguous memory: rows, or the columns of a transposed matrix.
        var tasksOfTap = view.IsTransposed ? packed.PanelCount : blocks;
        if (workers is null)
        {
            for (var task = 0; task < view.Taps * tasksOfTap; task++)
                Fill(task);
        }
        else
        {
            workers.Run(view.Taps * tasksOfTap, (task, _) => Fill(task));
        }

        return packed;

        void Fill(int task)
        {
            var (tap, part) = Math.DivRem(task, tasksOfTap);
            if (view.IsTransposed)
            {
                packed.Fill(view, tap, (0, view.Inputs), part);
                return;
            }

            var first = part * RowBlock;
            for (var panel = 0; panel < packed.PanelCount; panel++)
                packed.Fill(view, tap, (first, Math.Min(RowBlock, view.Inputs - first)), panel);
        }
    }

    /// <summary>Packs the transpose of a matrix.</summary>
    /// <param name="source">The matrix, <c>[columns][depth]</c>.</param>
    /// <param name="depth">The number of its columns: the shared dimension.</param>
    /// <param name="columns">The number of its rows.</param>
    /// <param name="kernel">The tile kernel that will use it; the best one when null.</param>
    /// <param name="workers">The worker threads; only the calling thread when null. The result is the same.</param>
    public static PackedMatrix PackTransposed(
        float* source,
        int depth,
        int columns,
        TileKernel? kernel = null,
        WorkerPool? workers = null
    ) => Pack(new KernelView(source, 1, columns, depth).Transposed(), kernel, workers);

    /// <summary>The first element of a panel's row <paramref name="depth"/>.</summary>
    public float* Panel(int panel, int depth) => _panels.Pointer + ((((nint)panel * Depth) + depth) * Kernel.Columns);

    public void Dispose() => _panels.Dispose();

    private void Fill(KernelView view, int tap, (int First, int Count) rows, int panel)
    {
        var column = panel * Kernel.Columns;
        view.Read(
            tap,
            rows,
            (column, Math.Min(Kernel.Columns, Columns - column)),
            Panel(panel, (tap * view.Inputs) + rows.First),
            Kernel.Columns
        );
    }
}
