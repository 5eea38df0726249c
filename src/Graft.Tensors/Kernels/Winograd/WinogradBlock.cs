using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>The buffers of a block of tiles and the three phases of its work, each divisible by tile or by point and panel.</summary>
/// <remarks>
/// Transformed input: <c>[point][tile][input channels]</c>. Products: <c>[panel][point]</c>, each as the matrix kernel leaves
/// its tiles, <c>[tiles / kernel rows][kernel rows][panel columns]</c>. Rows begin at cache lines, and a line is left out
/// between points, or a tile's 36 points would compete for the same few places of the first-level cache.
/// </remarks>
internal sealed unsafe class WinogradBlock : IDisposable
{
    private const int CacheLine = 16;

    /// <summary>Channels whose half-transformed tile stays in the first-level cache.</summary>
    private const int ChannelBlock = 128;

    /// <summary>
    /// Rows of matrix tiles that a panel meets at the most where the next is asked for early: it is read once from far away and used
    /// little. With a single row nothing is left to hide it behind; with more the processor asks in time.
    /// </summary>
    private const int MostTilesToAskAhead = 10;

    /// <summary>Tiles whose half-transformed products for one panel stay in the first-level cache.</summary>
    private const int OutputTiles = 4;

    private readonly ConvolutionGeometry _geometry;
    private readonly WinogradWeights _weights;
    private readonly WinogradKernel _kernel;
    private readonly WinogradBlocking _blocking;
    private readonly float* _zeros;
    private readonly float* _input;
    private readonly float* _output;
    private readonly Epilogue _epilogue;
    private readonly Tensor _transformed;
    private readonly Tensor _products;
    private readonly Tensor _pointers;
    private readonly float** _rows;
    private readonly nint _rowStride;
    private readonly nint _transformedStride;
    private readonly nint _productStride;

    public WinogradBlock(ConvolutionGeometry geometry, WinogradWeights weights, WinogradKernel kernel, Tensor zeros, WinogradBlocking blocking, float* input, float* output, Epilogue epilogue)
    {
        _geometry = geometry;
        _weights = weights;
        _kernel = kernel;
        _blocking = blocking;
        _zeros = zeros.Pointer;
        _input = input;
        _output = output;
        _epilogue = epilogue;
        _rowStride = (geometry.InputChannels + CacheLine - 1) / CacheLine * CacheLine;
        _transformedStride = (blocking.TileBlock * _rowStride) + CacheLine;
        _productStride = ((nint)blocking.TileBlock * weights.Kernel.Columns) + CacheLine;
        _transformed = Tensor.Uninitialized(new Shape(weights.Tile.Points, (int)_transformedStride));
        _products = Tensor.Uninitialized(new Shape(blocking.Together ? weights.PanelCount : Math.Min(weights.PanelCount, weights.Kernel.PanelsAtOnce), weights.Tile.Points, (int)_productStride));
        _pointers = Tensor.Uninitialized(new Shape(blocking.TileBlock * (sizeof(float*) / sizeof(float))));
        _rows = (float**)_pointers.Pointer;
        for (var tile = 0; tile < blocking.TileBlock; tile++)
            _rows[tile] = _transformed.Pointer + (tile * _rowStride);
    }

    /// <summary>Transforms the input below some of the block's tiles.</summary>
    /// <param name="firstTile">The block's first tile in the row of all tiles.</param>
    /// <param name="start">The first tile to do, counted from there.</param>
    /// <param name="count">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TransformInput(int firstTile, int start, int count)
    {
        var inputs = _weights.Tile.Inputs;
        using var scratch = Tensor.Uninitialized(new Shape(inputs * inputs * ChannelBlock));
        var columns = stackalloc float*[inputs];
        var rotated = stackalloc float*[inputs];
        var rows = stackalloc float*[inputs];
        for (var i = 0; i < inputs; i++)
            columns[i] = scratch.Pointer + (i * inputs * ChannelBlock);
        for (var channel = 0; channel < _geometry.InputChannels; channel += ChannelBlock)
        {
            var channels = Math.Min(ChannelBlock, _geometry.InputChannels - channel);
            for (var tile = start; tile < start + count; tile++)
            {
                var (tileX, left) = LocateInput(firstTile + tile, channel, rows);

                // A tile shares its first two columns with the neighbour at its left.
                var known = tile > start && tileX > 0 ? 2 : 0;
                for (var i = 0; known > 0 && i < inputs; i++)
                    rotated[i] = columns[(i + inputs - 2) % inputs];
                for (var i = 0; known > 0 && i < inputs; i++)
                    columns[i] = rotated[i];
                var inside = (Math.Clamp(-left, 0, inputs), Math.Clamp(_geometry.InputWidth - left, 0, inputs));
                PrefetchInput(rows, channels);
                _kernel.TransformInputColumns(rows, _geometry.InputChannels, inside, known, channels, columns);
                _kernel.TransformInputRows(columns, channels, _transformed.Pointer + (tile * _rowStride) + channel, _transformedStride);
            }
        }
    }

    /// <summary>Finds the rows of the input below a tile, and the tile's first column in the output and in the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int TileX, int Left) LocateInput(int tile, int channel, float** rows)
    {
        var (image, tileY, tileX) = Place(tile);
        var top = tileY - _geometry.PaddingTop;
        var left = tileX - _geometry.PaddingLeft;
        for (var y = 0; y < _weights.Tile.Inputs; y++)
        {
            var row = ((nint)image * _geometry.InputHeight) + top + y;
            rows[y] = (uint)(top + y) < (uint)_geometry.InputHeight ? _input + (((row * _geometry.InputWidth) + left) * _geometry.InputChannels) + channel : _zeros;
        }

        return (tileX, left);
    }

    /// <summary>Asks for the pixels that the next tile at the right needs and this one does not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchInput(float** rows, int channels)
    {
        for (var y = 0; y < _weights.Tile.Inputs; y++)
        {
            if (rows[y] == _zeros)
                continue;
            for (var x = _weights.Tile.Inputs; x < _weights.Tile.Inputs + _weights.Tile.Outputs; x++)
                Prefetch.Lines(rows[y] + (x * (nint)_geometry.InputChannels), channels);
        }
    }

    /// <summary>Multiplies all the block's tiles by some panels of a point's matrix.</summary>
    /// <param name="point">The point.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="panelCount">How many.</param>
    /// <param name="firstKept">The panel that comes first in the buffer of products.</param>
    /// <param name="tileCount">Tiles in the block.</param>
    /// <param name="panelsOfOthers">How many panels other threads probably take before this one comes again.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(int point, int firstPanel, int panelCount, int firstKept, int tileCount, int panelsOfOthers = 0)
    {
        var matrix = _weights.Kernel;
        var matrixTiles = (tileCount + matrix.Rows - 1) / matrix.Rows;
        var operands = new TileOperands
        {
            Rows = _rows,
            RowsStride = matrix.Rows,
            RowCount = tileCount,
            Taps = 1,
            PanelStride = (nint)_geometry.InputChannels * matrix.Columns,
            SumsStride = matrix.Columns,
            SumsTileStride = (nint)matrix.Rows * matrix.Columns,
            SumsPanelStride = _weights.Tile.Points * _productStride,
            AheadLines = (matrix.Columns + matrixTiles - 1) / matrixTiles,
        };
        for (var panel = firstPanel; panel < firstPanel + panelCount; panel += matrix.PanelsAtOnce)
        {
            operands.ColumnCount = Math.Min(matrix.PanelsAtOnce, firstPanel + panelCount - panel) * matrix.Columns;
            var nextPanel = matrix.PanelsAtOnce + (panel + matrix.PanelsAtOnce < firstPanel + panelCount ? 0 : panelsOfOthers);
            for (var depth = 0; depth < _geometry.InputChannels; depth += _blocking.DepthBlock)
            {
                operands.Offset = (point * _transformedStride) + depth;
                operands.Length = Math.Min(_blocking.DepthBlock, _geometry.InputChannels - depth);
                operands.Panel = _weights.Panel(point, panel, depth);
                operands.Resume = depth > 0;
                operands.Ahead = matrixTiles is > 1 and <= MostTilesToAskAhead ? operands.Panel + (nextPanel * operands.PanelStride) : null;
                operands.AsksForRows = panel == firstPanel;
                operands.Sums = Products(panel - firstKept, point);
                matrix.Multiply(operands);
            }
        }
    }

    /// <summary>Turns products into results for some of the block's tiles and panels.</summary>
    /// <param name="firstTile">The block's first tile in the row of all tiles.</param>
    /// <param name="start">The first tile to do, counted from there.</param>
    /// <param name="count">How many.</param>
    /// <param name="firstPanel">The first panel, which comes first in the buffer of products.</param>
    /// <param name="panelCount">How many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TransformOutput(int firstTile, int start, int count, int firstPanel, int panelCount)
    {
        var columns = _weights.Kernel.Columns;
        using var scratch = Tensor.Uninitialized(new Shape((_weights.Tile.Inputs * _weights.Tile.Outputs * OutputTiles * columns) + WinogradKernel.ResultLength));
        var results = scratch.Pointer;
        var halves = results + WinogradKernel.ResultLength;
        var places = stackalloc WinogradPlace[OutputTiles];
        for (var group = start; group < start + count; group += OutputTiles)
        {
            var tiles = Math.Min(OutputTiles, start + count - group);
            for (var panel = 0; panel < panelCount; panel++)
            {
                var column = (firstPanel + panel) * columns;
                for (var tile = 0; tile < tiles; tile++)
                {
                    places[tile] = ResultPlace(firstTile + group + tile, column);
                    PrefetchResults(places[tile]);
                }

                if (_blocking.Together)
                    PrefetchProducts(panel + 1 < panelCount ? group : group + OutputTiles, panel + 1 < panelCount ? panel + 1 : 0, Math.Min(OutputTiles, _blocking.TileBlock - group));
                _kernel.TransformOutputColumns(Products(panel, 0) + ((nint)group * columns), _productStride, tiles * columns, halves);
                for (var tile = 0; tile < tiles; tile++)
                {
                    var epilogue = _epilogue with
                    {
                        Bias = _epilogue.Bias is null ? null : _epilogue.Bias + column,
                        Residual = _epilogue.Residual is null ? null : _epilogue.Residual + (places[tile].Pointer - _output),
                    };
                    _kernel.TransformOutputRows(halves + (tile * columns), tiles * columns, places[tile], epilogue, results);
                }
            }
        }
    }

    public void Dispose()
    {
        _transformed.Dispose();
        _pointers.Dispose();
        _products.Dispose();
    }

    /// <summary>Asks for the products that are transformed next: other threads wrote them, to another cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchProducts(int group, int panel, int tiles)
    {
        var columns = _weights.Kernel.Columns;
        for (var point = 0; point < _weights.Tile.Points; point++)
            Prefetch.Lines(Products(panel, point) + ((nint)group * columns), tiles * columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Products(int panel, int point) => _products.Pointer + ((((nint)panel * _weights.Tile.Points) + point) * _productStride);

    /// <summary>Where a tile's results for a panel go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private WinogradPlace ResultPlace(int tile, int column)
    {
        var (image, y, x) = Place(tile);
        var outputs = _geometry.OutputChannels;
        var row = ((nint)image * _geometry.OutputHeight) + y;
        return new WinogradPlace(
            (nint)(_output + (((row * _geometry.OutputWidth) + x) * outputs) + column),
            (nint)_geometry.OutputWidth * outputs,
            outputs,
            Math.Min(_weights.Tile.Outputs, _geometry.OutputHeight - y),
            Math.Min(_weights.Tile.Outputs, _geometry.OutputWidth - x),
            Math.Min(_weights.Kernel.Columns, outputs - column));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchResults(in WinogradPlace place)
    {
        for (var y = 0; y < place.Rows; y++)
        {
            for (var x = 0; x < place.Columns; x++)
            {
                var pixel = place.Pointer + (y * place.RowStride) + (x * place.PixelStride);
                Prefetch.Lines(pixel, place.Channels);
                if (_epilogue.Residual is not null)
                    Prefetch.Lines(_epilogue.Residual + (pixel - _output), place.Channels);
            }
        }
    }

    /// <summary>The image of a tile and the row and column of its first result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Image, int Y, int X) Place(int tile)
    {
        var across = _weights.Tile.Count(_geometry.OutputWidth);
        var down = _weights.Tile.Count(_geometry.OutputHeight);
        var (row, x) = Math.DivRem(tile, across);
        var (image, y) = Math.DivRem(row, down);
        return (image, y * _weights.Tile.Outputs, x * _weights.Tile.Outputs);
    }
}
