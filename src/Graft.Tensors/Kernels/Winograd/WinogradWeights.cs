using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The kernels <c>G g G'</c> of a 3x3 convolution, computed in double precision and rounded once: for each point that is used a matrix
/// <c>[input channels][output channels]</c>, packed in panels like a <see cref="PackedMatrix"/>. Immutable; whoever makes it
/// disposes it.
/// </summary>
internal sealed unsafe class WinogradWeights : IDisposable
{
    /// <summary>Rows and columns of the kernel before its transform.</summary>
    private const int KernelSize = 3;

    /// <summary>Input channels of one panel that a task transforms: a page of every point's matrix.</summary>
    private const int InputBlock = 32;

    private readonly Tensor _panels;

    private WinogradWeights(TileKernel kernel, WinogradPoints points, int inputChannels, int outputChannels)
    {
        Kernel = kernel;
        Points = points;
        InputChannels = inputChannels;
        OutputChannels = outputChannels;
        PanelCount = (outputChannels + kernel.Columns - 1) / kernel.Columns;
        _panels = Tensor.Uninitialized(new Shape(points.All.Length, PanelCount, inputChannels, kernel.Columns));
    }

    /// <summary>The kernel whose panel width this is packed for.</summary>
    public TileKernel Kernel { get; }

    /// <summary>The points that have a matrix.</summary>
    public WinogradPoints Points { get; }

    /// <summary>Rows of each matrix.</summary>
    public int InputChannels { get; }

    /// <summary>Columns of each matrix, without padding.</summary>
    public int OutputChannels { get; }

    /// <summary>Panels of each matrix.</summary>
    public int PanelCount { get; }

    /// <summary>Transforms and packs a kernel.</summary>
    /// <param name="view">The kernel of nine taps as it is to be read.</param>
    /// <param name="points">The points that are wanted.</param>
    /// <param name="kernel">The tile kernel that will use it; the best one when null.</param>
    /// <param name="workers">The threads to run on; the caller's alone when null. The result is the same.</param>
    public static WinogradWeights Transform(KernelView view, WinogradPoints points, TileKernel? kernel = null, WorkerPool? workers = null)
    {
        var weights = new WinogradWeights(kernel ?? TileKernel.Best, points, view.Inputs, view.Outputs);
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
            var (panel, block) = view.IsTransposed ? Math.DivRem(task, inputBlocks) : (task % weights.PanelCount, task / weights.PanelCount);
            weights.TransformPanel(view, panel, block * InputBlock, Math.Min(view.Inputs, (block + 1) * InputBlock));
        }
    }

    /// <summary>Row <paramref name="inputChannel"/> of a panel of a point's matrix; the point is one of <see cref="Points"/>.</summary>
    public float* Panel(int point, int panel, int inputChannel) =>
        _panels.Pointer + ((((((nint)Points.Place(point) * PanelCount) + panel) * InputChannels) + inputChannel) * Kernel.Columns);

    public void Dispose() => _panels.Dispose();

    /// <summary>Transforms the kernels of some input channels and the output channels of one panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private void TransformPanel(in KernelView view, int panel, int firstInput, int endInput)
    {
        const int SidePoints = WinogradTile.SidePoints;
        var width = Kernel.Columns;
        var first = panel * width;
        var inputs = endInput - firstInput;
        var columns = stackalloc double[SidePoints * KernelSize * width];
        var factors = stackalloc double[SidePoints * KernelSize];
        for (var i = 0; i < SidePoints * KernelSize; i++)
            factors[i] = WinogradTile.WeightMatrix[i / KernelSize, i % KernelSize];

        // [taps][inputs][outputs] of this block.
        var taps = stackalloc float[KernelSize * KernelSize * InputBlock * width];
        var tap = (nint)inputs * width;
        for (var i = 0; i < KernelSize * KernelSize; i++)
            view.Read(i, (firstInput, inputs), (first, Math.Min(width, OutputChannels - first)), taps + (i * tap), width);

        // [points][inputs][outputs] of this block: results of one input lie a matrix apart, too far for the caches to gather writes.
        var block = stackalloc float[WinogradTile.AllPoints * InputBlock * width];
        for (var input = 0; input < inputs; input++)
        {
            // G g, [m+2][3][outputs].
            var kernel = taps + (input * width);
            foreach (var y in Points.Down)
            {
                for (var x = 0; x < KernelSize; x++)
                    CombineTaps(kernel + (x * tap), KernelSize * tap, factors + (y * KernelSize), width, columns + (((y * KernelSize) + x) * width));
            }

            // (G g) G', a point at a time.
            var target = block + (input * width);
            foreach (var y in Points.Down)
            {
                foreach (var x in Points.Across)
                {
                    CombineColumns(columns + (y * KernelSize * width), width, factors + (x * KernelSize), width, target);
                    target += tap;
                }
            }
        }

        for (var place = 0; place < Points.All.Length; place++)
            CopyPastCaches(block + (place * tap), Panel(Points.All[place], panel, firstInput), (int)tap);
        // Writes past the caches are seen by other threads in no order but what a barrier makes.
        Thread.MemoryBarrier();
    }

    /// <summary>Copies without reading the target's lines first; the whole is larger than the caches, where it would only push out other things.</summary>
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

    /// <summary>The sum of three taps, each times a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CombineTaps(float* taps, nint stride, double* factors, int count, double* target)
    {
        var (g0, g1, g2) = (factors[0], factors[1], factors[2]);
        var output = 0;
        for (; output + Vector<float>.Count <= count; output += Vector<float>.Count)
        {
            Vector.Widen(Vector.Load(taps + output), out var low0, out var high0);
            Vector.Widen(Vector.Load(taps + stride + output), out var low1, out var high1);
            Vector.Widen(Vector.Load(taps + (2 * stride) + output), out var low2, out var high2);
            Vector.Store((g0 * low0) + (g1 * low1) + (g2 * low2), target + output);
            Vector.Store((g0 * high0) + (g1 * high1) + (g2 * high2), target + output + Vector<double>.Count);
        }

        for (; output < count; output++)
            target[output] = (g0 * taps[output]) + (g1 * taps[stride + output]) + (g2 * taps[(2 * stride) + output]);
    }

    /// <summary>The sum of three columns, each times a factor, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CombineColumns(double* columns, int stride, double* factors, int count, float* target)
    {
        var (g0, g1, g2) = (factors[0], factors[1], factors[2]);
        var output = 0;
        for (; output + Vector<float>.Count <= count; output += Vector<float>.Count)
        {
            var from = columns + output;
            var low = (g0 * Vector.Load(from)) + (g1 * Vector.Load(from + stride)) + (g2 * Vector.Load(from + (2 * stride)));
            from += Vector<double>.Count;
            var high = (g0 * Vector.Load(from)) + (g1 * Vector.Load(from + stride)) + (g2 * Vector.Load(from + (2 * stride)));
            Vector.Store(Vector.Narrow(low, high), target + output);
        }

        for (; output < count; output++)
            target[output] = (float)((g0 * columns[output]) + (g1 * columns[stride + output]) + (g2 * columns[(2 * stride) + output]));
    }
}
