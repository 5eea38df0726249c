using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The kernels of a 3x3 convolution at the points of its tiles, <c>G g G'</c>: for each point a matrix <c>[input
/// channels][output channels]</c>, in panels like those of a <see cref="PackedMatrix"/>. Immutable; the creator
/// disposes it.
/// </summary>
/// <remarks>
/// The matrices have four times as many values as the kernel. For a single image this costs too much bandwidth, so only
/// small matrices are kept. For the others <c>G g</c> is kept: three columns for every row of points, half as many
/// values. <see cref="FinishRow"/> computes a row of points for some panels from it shortly before they are used. <c>G
/// g</c> is computed in double precision and rounded once; both ways give the same values.
/// </remarks>
internal sealed unsafe class WinogradWeights : IDisposable
{
    /// <summary>
    /// The number of rows and columns of the kernel before its transform, and of columns that are kept for a row of
    /// points.
    /// </summary>
    public const int KernelSize = 3;

    /// <summary>
    /// The number of input channels of one panel that a task transforms: a page of every point's matrix.
    /// </summary>
    private const int InputBlock = 32;

    private const int CacheLine = 16;

    /// <summary>The prefetch distance of the columns that are being finished, in floats.</summary>
    // They are read once from three places, which the hardware prefetcher follows too late.
    private const int FinishPrefetch = 512;

    private readonly Tensor _values;
    private readonly nint _length;
    private readonly nint _panelStride;

    private WinogradWeights(
        TileKernel kernel,
        WinogradPoints points,
        int inputChannels,
        int outputChannels,
        bool? isWhole
    )
    {
        Kernel = kernel;
        Points = points;
        InputChannels = inputChannels;
        OutputChannels = outputChannels;
        PanelCount = (outputChannels + kernel.Columns - 1) / kernel.Columns;
        IsWhole = isWhole ?? WinogradBlocking.StayInCache(points.All.Length, inputChannels, PanelCount, kernel.Columns);
        _length = (nint)inputChannels * kernel.Columns;
        _panelStride = IsWhole ? _length : KernelSize * (_length + CacheLine);
        _values = Tensor.Uninitialized(
            new Shape(IsWhole ? points.All.Length : points.Down.Length, PanelCount, (int)_panelStride)
        );
    }

    /// <summary>The kernel whose panel width the weights are packed for.</summary>
    public TileKernel Kernel { get; }

    /// <summary>The points that have a matrix.</summary>
    public WinogradPoints Points { get; }

    /// <summary>The number of rows of each matrix.</summary>
    public int InputChannels { get; }

    /// <summary>The number of columns of each matrix, without padding.</summary>
    public int OutputChannels { get; }

    /// <summary>The number of panels of each matrix.</summary>
    public int PanelCount { get; }

    /// <summary>Whether the matrices are kept, rather than the values that they are computed from.</summary>
    public bool IsWhole { get; }

    /// <summary>Transforms and packs a kernel.</summary>
    /// <param name="view">The kernel with nine taps, as it is to be read.</param>
    /// <param name="points">The points that need weights.</param>
    /// <param name="kernel">The tile kernel that will use it; the best one when null.</param>
    /// <param name="workers">The worker threads; only the calling thread when null. The result is the same.</param>
    /// <param name="isWhole">Whether to keep the matrices; decided by their size when null.</param>
    public static WinogradWeights Transform(
        KernelView view,
        WinogradPoints points,
        TileKernel? kernel = null,
        WorkerPool? workers = null,
        bool? isWhole = null
    )
    {
        var weights = new WinogradWeights(kernel ?? TileKernel.Best, points, view.Inputs, view.Outputs, isWhole);
        var inputBlocks = (view.Inputs + InputBlock - 1) / InputBlock;
        var tasks = weights.PanelCount * inputBlocks;
        if (workers is null)
        {
            for (var task = 0; task < tasks; task++)
                Transform(task);
        }
        else
        {
            workers.Run(tasks, (task, _) => Transform(task));
        }

        return weights;

        void Transform(int task)
        {
            // Neighbouring tasks read neighbouring values.
            var (panel, block) = view.IsTransposed
                ? Math.DivRem(task, inputBlocks)
                : (task % weights.PanelCount, task / weights.PanelCount);
            weights.TransformPanel(view, panel, block * InputBlock, Math.Min(view.Inputs, (block + 1) * InputBlock));
        }
    }

    /// <summary>
    /// Row <paramref name="inputChannel"/> of a panel of a point's matrix, if the matrices are kept. The point must be
    /// one of <see cref="Points"/>.
    /// </summary>
    public float* Panel(int point, int panel, int inputChannel) =>
        Values(Points.Place(point), panel) + ((nint)inputChannel * Kernel.Columns);

    /// <summary>
    /// The values from which the matrices of a row of points are computed for some panels, if the matrices are not
    /// kept: consecutive, one panel after another.
    /// </summary>
    /// <param name="down">The row, one of the vertical points.</param>
    /// <param name="panel">The first panel.</param>
    public float* Unfinished(int down, int panel) => Values(Array.IndexOf(Points.Down, down), panel);

    /// <summary>The distance from the values of one panel to those of the next, in floats.</summary>
    public nint UnfinishedStride => _panelStride;

    /// <summary>Computes the matrices of a row of points, if they are not kept.</summary>
    /// <param name="down">The row, one of the vertical points.</param>
    /// <param name="panels">The first panel and the number of panels.</param>
    /// <param name="inputs">The first input channel and the number of input channels.</param>
    /// <param name="target">Receives <c>[panels][input channels][columns]</c> for every horizontal point.</param>
    /// <param name="pointStride">The distance from one point to the next, in floats.</param>
    public void FinishRow(
        int down,
        (int First, int Count) panels,
        (int First, int Count) inputs,
        float* target,
        nint pointStride
    )
    {
        var length = (nint)inputs.Count * Kernel.Columns;
        for (var i = 0; i < panels.Count; i++)
            Finish(
                Unfinished(down, panels.First + i) + ((nint)inputs.First * Kernel.Columns),
                _length + CacheLine,
                length,
                target + (i * length),
                pointStride
            );
    }

    public void Dispose() => _values.Dispose();

    private float* Values(int place, int panel) =>
        _values.Pointer + ((((nint)place * PanelCount) + panel) * _panelStride);

    /// <summary>Transforms the kernels of some input channels and the output channels of one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private void TransformPanel(in KernelView view, int panel, int firstInput, int endInput)
    {
        const int SidePoints = WinogradTile.SidePoints;
        var width = Kernel.Columns;
        var first = panel * width;
        var inputs = endInput - firstInput;
        var factors = stackalloc double[SidePoints * KernelSize];
        for (var i = 0; i < SidePoints * KernelSize; i++)
            factors[i] = WinogradTile.WeightMatrix[i / KernelSize, i % KernelSize];

        // [taps][inputs][outputs] of this block.
        var taps = stackalloc float[KernelSize * KernelSize * InputBlock * width];
        var tap = (nint)inputs * width;
        for (var i = 0; i < KernelSize * KernelSize; i++)
            view.Read(
                i,
                (firstInput, inputs),
                (first, Math.Min(width, OutputChannels - first)),
                taps + (i * tap),
                width
            );

        // [3][inputs][outputs] of a row of points, and [points across][inputs][outputs]. The results of one input are a
        // matrix apart, too far for the caches to combine writes.
        var columns = stackalloc float[KernelSize * InputBlock * width];
        var row = stackalloc float[SidePoints * InputBlock * width];
        for (var y = 0; y < Points.Down.Length; y++)
        {
            for (var x = 0; x < KernelSize; x++)
                CombineTaps(
                    taps + (x * tap),
                    KernelSize * tap,
                    factors + (Points.Down[y] * KernelSize),
                    tap,
                    columns + (x * tap)
                );
            if (IsWhole)
                Finish(columns, tap, tap, row, tap);
            for (var x = 0; x < (IsWhole ? Points.Across.Length : KernelSize); x++)
            {
                var target = IsWhole
                    ? Values((y * Points.Across.Length) + x, panel)
                    : Values(y, panel) + (x * (_length + CacheLine));
                CopyPastCaches((IsWhole ? row : columns) + (x * tap), target + ((nint)firstInput * width), (int)tap);
            }
        }

        // Non-temporal stores need a barrier before other threads read them.
        Thread.MemoryBarrier();
    }

    /// <summary>Computes <c>(G g) G'</c> of a row of points from three columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Finish(float* columns, nint columnStride, nint length, float* target, nint pointStride)
    {
        // Points of opposite sign share the sums of even and odd powers. All tiles use the inner pair.
        var factors = WinogradTile.WeightMatrix;
        Vector<float> zero = new((float)factors[0, 0]),
            inner0 = new((float)factors[1, 0]),
            inner1 = new((float)factors[1, 1]),
            inner2 = new((float)factors[1, 2]);
        Vector<float> outer0 = new((float)factors[3, 0]),
            outer1 = new((float)factors[3, 1]),
            outer2 = new((float)factors[3, 2]);
        var outers = Points.Across.Length - WinogradTile.Two.Points.Length;
        float* column1 = columns + columnStride,
            column2 = column1 + columnStride;
        nint i = 0;
        for (; i + Vector<float>.Count <= length; i += Vector<float>.Count)
        {
            Prefetch.Lines(columns + i + FinishPrefetch, 1);
            Prefetch.Lines(column1 + i + FinishPrefetch, 1);
            Prefetch.Lines(column2 + i + FinishPrefetch, 1);
            var (g0, g1, g2) = (Vector.Load(columns + i), Vector.Load(column1 + i), Vector.Load(column2 + i));
            var to = target + i;
            Vector.Store(g0 * zero, to);
            var (even, odd) = (Vector.MultiplyAddEstimate(g2, inner2, g0 * inner0), g1 * inner1);
            Vector.Store(even + odd, to += pointStride);
            Vector.Store(even - odd, to += pointStride);
            if (outers > 0)
            {
                (even, odd) = (Vector.MultiplyAddEstimate(g2, outer2, g0 * outer0), g1 * outer1);
                Vector.Store(even + odd, to += pointStride);
                if (outers > 1)
                    Vector.Store(even - odd, to += pointStride);
            }

            Vector.Store(g2, to + pointStride);
        }

        for (; i < length; i++)
        {
            var (g0, g1, g2) = (columns[i], column1[i], column2[i]);
            var to = target + i;
            *to = g0 * zero[0];
            var (even, odd) = (float.MultiplyAddEstimate(g2, inner2[0], g0 * inner0[0]), g1 * inner1[0]);
            *(to += pointStride) = even + odd;
            *(to += pointStride) = even - odd;
            if (outers > 0)
            {
                (even, odd) = (float.MultiplyAddEstimate(g2, outer2[0], g0 * outer0[0]), g1 * outer1[0]);
                *(to += pointStride) = even + odd;
                if (outers > 1)
                    *(to += pointStride) = even - odd;
            }

            *(to + pointStride) = g2;
        }
    }

    /// <summary>Copies with non-temporal stores.</summary>
    // The target is larger than the caches, so caching it would only evict other data.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPastCaches(float* source, float* target, int count)
    {
        var i = 0;
        if ((nuint)target % (nuint)sizeof(Vector256<float>) == 0)
        {
            for (; i + Vector256<float>.Count <= count; i += Vector256<float>.Count)
                Vector256.Load(source + i).StoreAlignedNonTemporal(target + i);
        }

        for (; i < count; i++)
            target[i] = source[i];
    }

    /// <summary>The sum of three taps, each times a factor, in double precision, then rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CombineTaps(float* taps, nint stride, double* factors, nint count, float* target)
    {
        var (g0, g1, g2) = (factors[0], factors[1], factors[2]);
        nint output = 0;
        for (; output + Vector<float>.Count <= count; output += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(taps + output), out var low0, out var high0);
            Vector.Widen(Vector.Load(taps + stride + output), out var low1, out var high1);
            Vector.Widen(Vector.Load(taps + (2 * stride) + output), out var low2, out var high2);
            Vector.Store(
                Vector.Narrow((g0 * low0) + (g1 * low1) + (g2 * low2), (g0 * high0) + (g1 * high1) + (g2 * high2)),
                target + output
            );
        }

        for (; output < count; output++)
            target[output] = (float)(
                (g0 * taps[output]) + (g1 * taps[stride + output]) + (g2 * taps[(2 * stride) + output])
            );
    }
}
