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
        _products = Tensor.Uninitialized(new Shape(blocking.Together ? weights.PanelCount : 1, weights.Tile.Points, (int)_productStride));
    }

    /// <summary>Transforms the input below some of the block's tiles.</summary>
    /// <param name="firstTile">The block's first tile in the row of all tiles.</param>
    /// <param name="start">The first tile to do, counted from there.</param>
    /// <param name="count">How many.</param>
    public void TransformInput(int firstTile, int start, int count)
    {
        var inputs = _weights.Tile.Inputs;
        var channels = _geometry.InputChannels;
        var rows = stackalloc float*[inputs];
        using var scratch = Tensor.Uninitialized(new Shape(WinogradKernel.ScratchLength));
        for (var tile = start; tile < start + count; tile++)
        {
            var (image, tileY, tileX) = Place(firstTile + tile);
            var top = tileY - _geometry.PaddingTop;
            var left = tileX - _geometry.PaddingLeft;
            for (var y = 0; y < inputs; y++)
            {
                var row = (nint)image * _geometry.InputHeight + top + y;
                rows[y] = (uint)(top + y) < (uint)_geometry.InputHeight ? _input + (((row * _geometry.InputWidth) + left) * channels) : _zeros;
            }

            var first = Math.Clamp(-left, 0, inputs);
            var end = Math.Clamp(_geometry.InputWidth - left, 0, inputs);
            _kernel.TransformInput(rows, first, end, channels, _transformed.Pointer + (tile * _rowStride), _transformedStride, scratch.Pointer);
        }
    }

    /// <summary>Multiplies all the block's tiles by some panels of a point's matrix.</summary>
    /// <param name="point">The point.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="panelCount">How many.</param>
    /// <param name="firstKept">The panel that comes first in the buffer of products.</param>
    /// <param name="tileCount">Tiles in the block.</param>
    public void Multiply(int point, int firstPanel, int panelCount, int firstKept, int tileCount)
    {
        var matrix = _weights.Kernel;
        var matrixTiles = (tileCount + matrix.Rows - 1) / matrix.Rows;
        var pointers = stackalloc float*[matrix.Rows];
        for (var panel = firstPanel; panel < firstPanel + panelCount; panel++)
        {
            var products = Products(panel - firstKept, point);
            for (var depth = 0; depth < _geometry.InputChannels; depth += _blocking.DepthBlock)
            {
                var length = Math.Min(_blocking.DepthBlock, _geometry.InputChannels - depth);
                var part = _weights.Panel(point, panel, depth);
                for (var matrixTile = 0; matrixTile < matrixTiles; matrixTile++)
                {
                    for (var row = 0; row < matrix.Rows; row++)
                        pointers[row] = _transformed.Pointer + (point * _transformedStride) + (Math.Min((matrixTile * matrix.Rows) + row, tileCount - 1) * _rowStride);
                    matrix.Multiply(pointers, 1, depth, length, part, products + ((nint)matrixTile * matrix.Rows * matrix.Columns), depth > 0);
                }
            }
        }
    }

    /// <summary>Turns products into results for some of the block's tiles and panels.</summary>
    /// <param name="firstTile">The block's first tile in the row of all tiles.</param>
    /// <param name="start">The first tile to do, counted from there.</param>
    /// <param name="count">How many.</param>
    /// <param name="firstPanel">The first panel, which comes first in the buffer of products.</param>
    /// <param name="panelCount">How many.</param>
    public void TransformOutput(int firstTile, int start, int count, int firstPanel, int panelCount)
    {
        var outputs = _geometry.OutputChannels;
        var columns = _weights.Kernel.Columns;
        using var scratch = Tensor.Uninitialized(new Shape(WinogradKernel.ScratchLength));
        for (var tile = start; tile < start + count; tile++)
        {
            var (image, y, x) = Place(firstTile + tile);
            var pixel = ((((((nint)image * _geometry.OutputHeight) + y) * _geometry.OutputWidth) + x) * outputs) + ((nint)firstPanel * columns);
            for (var panel = 0; panel < panelCount; panel++, pixel += columns)
            {
                var column = (firstPanel + panel) * columns;
                var place = new WinogradPlace(
                    (nint)(_output + pixel),
                    (nint)_geometry.OutputWidth * outputs,
                    outputs,
                    Math.Min(_weights.Tile.Outputs, _geometry.OutputHeight - y),
                    Math.Min(_weights.Tile.Outputs, _geometry.OutputWidth - x),
                    Math.Min(columns, outputs - column));
                var epilogue = _epilogue with
                {
                    Bias = _epilogue.Bias is null ? null : _epilogue.Bias + column,
                    Residual = _epilogue.Residual is null ? null : _epilogue.Residual + pixel,
                };
                _kernel.TransformOutput(Products(panel, 0) + ((nint)tile * columns), _productStride, place, epilogue, scratch.Pointer);
            }
        }
    }

    public void Dispose()
    {
        _transformed.Dispose();
        _products.Dispose();
    }

    private float* Products(int panel, int point) => _products.Pointer + ((((nint)panel * _weights.Tile.Points) + point) * _productStride);

    /// <summary>The image of a tile and the row and column of its first result.</summary>
    private (int Image, int Y, int X) Place(int tile)
    {
        var across = _weights.Tile.Count(_geometry.OutputWidth);
        var down = _weights.Tile.Count(_geometry.OutputHeight);
        var (row, x) = Math.DivRem(tile, across);
        var (image, y) = Math.DivRem(row, down);
        return (image, y * _weights.Tile.Outputs, x * _weights.Tile.Outputs);
    }
}
