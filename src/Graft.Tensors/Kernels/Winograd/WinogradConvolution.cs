using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// A 3x3 convolution with stride 1 by Winograd's minimal filtering. The tiles of all images form one sequence. One
/// block of tiles at a time is transformed, multiplied by the weights (a matrix product for each point), and
/// transformed back with bias, residual and clamp, so that nothing of the size of an image is kept in between.
/// </summary>
/// <remarks>
/// Every result is a fixed sequence of operations: it depends neither on the batch, nor on the image's index, the
/// blocks, the threads or the vector width. Thread-safe; the caller owns the weights.
/// </remarks>
/// <param name="geometry">The sizes: a 3x3 kernel, stride 1, no dilation, any padding.</param>
/// <param name="weights">The transformed kernel.</param>
internal sealed unsafe class WinogradConvolution(ConvolutionGeometry geometry, WinogradWeights weights) : IDisposable
{
    private readonly Tensor _zeros = Tensor.Zeros(new Shape(WinogradTile.SidePoints * geometry.InputChannels));

    /// <summary>Whether the algorithm supports a convolution.</summary>
    public static bool Supports(ConvolutionGeometry geometry) =>
        geometry
            is {
                KernelHeight: 3,
                KernelWidth: 3,
                StrideHeight: 1,
                StrideWidth: 1,
                DilationHeight: 1,
                DilationWidth: 1
            };

    /// <summary>Runs the convolution.</summary>
    /// <param name="batch">The number of images.</param>
    /// <param name="input">The first image.</param>
    /// <param name="output">The first result; must not overlap the operands.</param>
    /// <param name="epilogue">The operations applied to each result; the bias readable to whole panels.</param>
    /// <param name="workers">The worker threads.</param>
    /// <param name="blocking">The division of the tiles into blocks; chosen by size when null.</param>
    public void Run(
        int batch,
        float* input,
        float* output,
        Epilogue epilogue,
        WorkerPool workers,
        WinogradBlocking? blocking = null
    )
    {
        if (batch == 0 || geometry.OutputHeight <= 0 || geometry.OutputWidth <= 0)
            return;
        var tiling = new WinogradTiling(geometry.OutputHeight, geometry.OutputWidth, batch);
        var chosen = blocking ?? WinogradBlocking.For(tiling.TileCount, weights);
        var blocks = (tiling.TileCount + chosen.TileBlock - 1) / chosen.TileBlock;
        if (chosen.Together)
        {
            for (var i = 0; i < blocks; i++)
            {
                using var block = Block(i);
                RunTogether(block, workers);
            }
        }
        else
        {
            workers.Run(blocks, (i, _) =>
            {
                using var block = Block(i);
                RunAlone(block);
            });
        }

        WinogradBlock Block(int index)
        {
            var first = index * chosen.TileBlock;
            return new WinogradBlock(
                geometry,
                weights,
                tiling,
                first,
                Math.Min(chosen.TileBlock, tiling.TileCount - first),
                _zeros,
                chosen,
                input,
                output,
                epilogue
            );
        }
    }

    public void Dispose() => _zeros.Dispose();

    private void RunAlone(WinogradBlock block)
    {
        block.TransformInput(0, block.TileCount);
        for (var panel = 0; panel < weights.PanelCount; panel += weights.Kernel.PanelsAtOnce)
        {
            var panels = Math.Min(weights.Kernel.PanelsAtOnce, weights.PanelCount - panel);
            foreach (var point in weights.Points.All)
                block.Multiply(point, panel, panels, panel);
            block.TransformOutput(0, block.TileCount, panel, panels);
        }
    }

    private void RunTogether(WinogradBlock block, WorkerPool workers)
    {
        // Enough tasks so that the threads finish at the same time.
        const int TilesOfTask = 4;
        const int TasksOfThread = 8;
        var tileTasks = (block.TileCount + TilesOfTask - 1) / TilesOfTask;
        // Tasks follow the order of the pixels, as in other layers, so that a thread finds the data that it wrote in
        // its core's cache.
        var firstTiles = Enumerable
            .Range(0, tileTasks)
            .Select(task => task * TilesOfTask)
            .OrderBy(block.Place)
            .ToArray();
        workers.Run(tileTasks, (task, _) =>
            block.TransformInput(firstTiles[task], Math.Min(TilesOfTask, block.TileCount - firstTiles[task]))
        );

        // A task has a few panels of one point or, if the matrices are not kept, of a row of points.
        var places = weights.IsWhole ? weights.Points.All : weights.Points.Down;
        var panelsAtOnce = weights.Kernel.PanelsAtOnce;
        var panelSteps = (weights.PanelCount + panelsAtOnce - 1) / panelsAtOnce;
        var panelGroups = Math.Min(panelSteps, Math.Max(4, TasksOfThread * workers.ThreadCount / places.Length));
        workers.Run(places.Length * panelGroups, (task, _) =>
        {
            var (place, group) = Math.DivRem(task, panelGroups);
            var firstPanel = group * panelSteps / panelGroups * panelsAtOnce;
            var panels =
                Math.Min(weights.PanelCount, (group + 1) * panelSteps / panelGroups * panelsAtOnce) - firstPanel;
            if (weights.IsWhole)
                block.Multiply(places[place], firstPanel, panels, 0);
            else
                block.MultiplyRow(places[place], firstPanel, panels);
        });

        workers.Run(tileTasks, (task, _) =>
            block.TransformOutput(
                firstTiles[task],
                Math.Min(TilesOfTask, block.TileCount - firstTiles[task]),
                0,
                weights.PanelCount
            )
        );
    }
}
