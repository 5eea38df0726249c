using System.Buffers;
using System.Numerics;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The kernels <c>G g G'</c> of a 3x3 convolution, computed in double precision and rounded once: for each point a matrix
/// <c>[input channels][output channels]</c>, packed in panels like a <see cref="PackedMatrix"/>. Immutable; whoever makes it
/// disposes it.
/// </summary>
internal sealed unsafe class WinogradWeights : IDisposable
{
    private readonly Tensor _panels;

    private WinogradWeights(WinogradTile tile, TileKernel kernel, int inputChannels, int outputChannels)
    {
        Tile = tile;
        Kernel = kernel;
        InputChannels = inputChannels;
        OutputChannels = outputChannels;
        PanelCount = (outputChannels + kernel.Columns - 1) / kernel.Columns;
        _panels = Tensor.Uninitialized(new Shape(tile.Points, PanelCount, inputChannels, kernel.Columns));
    }

    /// <summary>The tile size.</summary>
    public WinogradTile Tile { get; }

    /// <summary>The kernel whose panel width this is packed for.</summary>
    public TileKernel Kernel { get; }

    /// <summary>Rows of each matrix.</summary>
    public int InputChannels { get; }

    /// <summary>Columns of each matrix, without padding.</summary>
    public int OutputChannels { get; }

    /// <summary>Panels of each matrix.</summary>
    public int PanelCount { get; }

    /// <summary>Transforms and packs a kernel.</summary>
    /// <param name="source">The kernel, <c>[3][3][inputChannels][outputChannels]</c>.</param>
    /// <param name="inputChannels">Its input channels.</param>
    /// <param name="outputChannels">Its output channels.</param>
    /// <param name="tile">The tile size.</param>
    /// <param name="kernel">The tile kernel that will use it; the best one when null.</param>
    /// <param name="workers">The threads to run on; the caller's alone when null. The result is the same.</param>
    public static WinogradWeights Transform(float* source, int inputChannels, int outputChannels, WinogradTile tile, TileKernel? kernel = null, WorkerPool? workers = null)
    {
        var weights = new WinogradWeights(tile, kernel ?? TileKernel.Best, inputChannels, outputChannels);
        if (outputChannels % weights.Kernel.Columns != 0)
            weights._panels.Span.Clear();
        const int TaskChannels = 8;
        var tasks = (inputChannels + TaskChannels - 1) / TaskChannels;
        if (workers is null)
        {
            for (var task = 0; task < tasks; task++)
                TransformChannels(task);
        }
        else
        {
            workers.Run(tasks, (task, _) => TransformChannels(task));
        }

        return weights;

        void TransformChannels(int task)
        {
            var columns = ArrayPool<double>.Shared.Rent(tile.Inputs * 3 * outputChannels);
            for (var input = task * TaskChannels; input < Math.Min(inputChannels, (task + 1) * TaskChannels); input++)
            {
                weights.TransformColumns(source + ((nint)input * outputChannels), columns);
                for (var y = 0; y < tile.Inputs; y++)
                {
                    for (var x = 0; x < tile.Inputs; x++)
                        weights.TransformRow(columns.AsSpan(y * 3 * outputChannels, 3 * outputChannels), (y * tile.Inputs) + x, x, input);
                }
            }

            ArrayPool<double>.Shared.Return(columns);
        }
    }

    /// <summary>Row <paramref name="inputChannel"/> of a panel of a point's matrix.</summary>
    public float* Panel(int point, int panel, int inputChannel) =>
        _panels.Pointer + ((((((nint)point * PanelCount) + panel) * InputChannels) + inputChannel) * Kernel.Columns);

    public void Dispose() => _panels.Dispose();

    /// <summary><c>G g</c> of one input channel, <c>[m+2][3][outputs]</c>.</summary>
    private void TransformColumns(float* source, double[] columns)
    {
        var tap = (nint)InputChannels * OutputChannels;
        var matrix = Tile.WeightMatrix;
        for (var y = 0; y < Tile.Inputs; y++)
        {
            var (g0, g1, g2) = (matrix[y, 0], matrix[y, 1], matrix[y, 2]);
            for (var x = 0; x < 3; x++)
            {
                var from = source + (x * tap);
                var to = columns.AsSpan(((y * 3) + x) * OutputChannels, OutputChannels);
                var output = 0;
                for (; output + Vector<float>.Count <= to.Length; output += Vector<float>.Count)
                {
                    Vector.Widen(Vector.Load(from + output), out var low0, out var high0);
                    Vector.Widen(Vector.Load(from + (3 * tap) + output), out var low1, out var high1);
                    Vector.Widen(Vector.Load(from + (6 * tap) + output), out var low2, out var high2);
                    ((g0 * low0) + (g1 * low1) + (g2 * low2)).CopyTo(to[output..]);
                    ((g0 * high0) + (g1 * high1) + (g2 * high2)).CopyTo(to[(output + Vector<double>.Count)..]);
                }

                for (; output < to.Length; output++)
                    to[output] = (g0 * from[output]) + (g1 * from[(3 * tap) + output]) + (g2 * from[(6 * tap) + output]);
            }
        }
    }

    /// <summary>One point of <c>(G g) G'</c> of one input channel, written into the panels.</summary>
    private void TransformRow(ReadOnlySpan<double> columns, int point, int x, int input)
    {
        var (g0, g1, g2) = (Tile.WeightMatrix[x, 0], Tile.WeightMatrix[x, 1], Tile.WeightMatrix[x, 2]);
        for (var panel = 0; panel < PanelCount; panel++)
        {
            var first = panel * Kernel.Columns;
            var count = Math.Min(Kernel.Columns, OutputChannels - first);
            var left = columns.Slice(first, count);
            var middle = columns.Slice(OutputChannels + first, count);
            var right = columns.Slice((2 * OutputChannels) + first, count);
            var target = new Span<float>(Panel(point, panel, input), count);
            var output = 0;
            for (; output + Vector<float>.Count <= target.Length; output += Vector<float>.Count)
            {
                var low = (g0 * new Vector<double>(left[output..])) + (g1 * new Vector<double>(middle[output..])) + (g2 * new Vector<double>(right[output..]));
                var next = output + Vector<double>.Count;
                var high = (g0 * new Vector<double>(left[next..])) + (g1 * new Vector<double>(middle[next..])) + (g2 * new Vector<double>(right[next..]));
                Vector.Narrow(low, high).CopyTo(target[output..]);
            }

            for (; output < target.Length; output++)
                target[output] = (float)((g0 * left[output]) + (g1 * middle[output]) + (g2 * right[output]));
        }
    }
}
