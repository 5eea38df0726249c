using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The buffers of a block of consecutive tiles, and the three phases of its work. Each phase can be divided by tile, or
/// by point and panel.
/// </summary>
/// <remarks>
/// Transformed input: <c>[point][tile][input channels]</c>, unused where a tile does not use a point. Products:
/// <c>[panel][point]</c>, each in the layout of the matrix kernel's tiles, <c>[rows / kernel rows][kernel rows][panel
/// columns]</c>, with a row for every tile that uses the point. Rows start at cache lines. One line is left out between
/// points; otherwise a tile's 36 points would compete for the same few sets of the first-level cache.
/// </remarks>
internal sealed unsafe class WinogradBlock : IDisposable
{
    private const int CacheLine = 16;

    /// <summary>The number of channels whose half-transformed tile stays in the first-level cache.</summary>
    private const int ChannelBlock = 128;

    /// <summary>
    /// The largest number of rows of matrix tiles for which the next panel is prefetched. With more rows the hardware
    /// prefetcher is fast enough.
    /// </summary>
    private const int MostTilesToPrefetch = 10;

    /// <summary>
    /// The smallest number of rows of matrix tiles for which a complete next panel is prefetched: a single row is too
    /// little work to hide the latency.
    /// </summary>
    private const int FewestTilesToPrefetch = 2;

    /// <summary>
    /// The number of tiles whose half-transformed products for one panel stay in the first-level cache.
    /// </summary>
    private const int OutputTiles = 4;

    /// <summary>The maximum number of different row lists of the points.</summary>
    private static readonly int SetsOfRows =
        WinogradTile.FirstOfSameUse.Distinct().Count() * WinogradTile.FirstOfSameUse.Distinct().Count();

    private readonly ConvolutionGeometry _geometry;
    private readonly WinogradWeights _weights;
    private readonly WinogradBlocking _blocking;
    private readonly float* _zeros;
    private readonly float* _input;
    private readonly float* _output;
    private readonly Epilogue _epilogue;
    private readonly Segment[] _segments;
    private readonly PointRows[] _points;
    private readonly Tensor _transformed;
    private readonly Tensor _products;
    private readonly Tensor _pointers;
    private readonly nint _rowStride;
    private readonly nint _transformedStride;
    private readonly nint _productStride;

    /// <summary>Makes the buffers of a block.</summary>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="weights">The transformed kernel.</param>
    /// <param name="tiling">The tiles of the whole batch.</param>
    /// <param name="first">The block's first tile.</param>
    /// <param name="count">The number of tiles in the block, at most that of the blocking.</param>
    /// <param name="zeros">The pixels of a row in the padding: zeros.</param>
    /// <param name="blocking">The division of the tiles into blocks.</param>
    /// <param name="input">The first image.</param>
    /// <param name="output">The first result.</param>
    /// <param name="epilogue">The operations applied to each result.</param>
    public WinogradBlock(
        ConvolutionGeometry geometry,
        WinogradWeights weights,
        WinogradTiling tiling,
        int first,
        int count,
        Tensor zeros,
        WinogradBlocking blocking,
        float* input,
        float* output,
        Epilogue epilogue
    )
    {
        _geometry = geometry;
        _weights = weights;
        _blocking = blocking;
        _zeros = zeros.Pointer;
        _input = input;
        _output = output;
        _epilogue = epilogue;
        TileCount = count;
        _rowStride = (geometry.InputChannels + CacheLine - 1) / CacheLine * CacheLine;
        _transformedStride = (blocking.TileBlock * _rowStride) + CacheLine;
        _productStride = ((nint)blocking.TileBlock * weights.Kernel.Columns) + CacheLine;
        _transformed = Tensor.Uninitialized(new Shape(WinogradTile.AllPoints, (int)_transformedStride));
        _products = Tensor.Uninitialized(
            new Shape(
                blocking.Together ? weights.PanelCount : Math.Min(weights.PanelCount, weights.Kernel.PanelsAtOnce),
                WinogradTile.AllPoints,
                (int)_productStride
            )
        );
        _segments = [.. Cut(tiling, first, count, weights.Kernel)];
        _points = new PointRows[WinogradTile.AllPoints];
        _pointers = Tensor.Uninitialized(new Shape(SetsOfRows * blocking.TileBlock * (sizeof(float*) / sizeof(float))));
        FindRows();
    }

    /// <summary>The number of tiles in the block.</summary>
    public int TileCount { get; }

    /// <summary>The position of a tile: its image and the row and column of its first result.</summary>
    /// <param name="tile">The tile's number, counted from the block's first.</param>
    public (int Image, int Y, int X) Place(int tile)
    {
        var segment = Array.Find(_segments, one => tile < one.End);
        return segment.Kind.Place(segment.FirstOfKind + tile - segment.Start);
    }

    /// <summary>Transforms the input of some of the block's tiles.</summary>
    /// <param name="start">The first tile, counted from the block's first.</param>
    /// <param name="count">The number of tiles.</param>
    public void TransformInput(int start, int count)
    {
        foreach (ref readonly var segment in _segments.AsSpan())
        {
            var first = Math.Max(start, segment.Start);
            var end = Math.Min(start + count, segment.End);
            if (first < end)
                TransformInput(segment, first, end);
        }
    }

    /// <summary>
    /// Multiplies all the block's tiles by some panels of a point's matrix, if the matrices are kept.
    /// </summary>
    /// <param name="point">The point.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="panelCount">The number of panels.</param>
    /// <param name="firstKept">The first panel in the buffer of products.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(int point, int firstPanel, int panelCount, int firstKept)
    {
        if (_points[point].Count == 0)
            return;
        var operands = Operands(point, _geometry.InputChannels, _weights.Kernel.Columns, FewestTilesToPrefetch);
        var panelsAtOnce = _weights.Kernel.PanelsAtOnce;
        for (var panel = firstPanel; panel < firstPanel + panelCount; panel += panelsAtOnce)
        {
            operands.ColumnCount = Math.Min(panelsAtOnce, firstPanel + panelCount - panel) * _weights.Kernel.Columns;
            operands.Sums = Products(panel - firstKept, point);
            operands.PrefetchesRows = panel == firstPanel;
            for (var depth = 0; depth < _geometry.InputChannels; depth += _blocking.DepthBlock)
            {
                operands.Panel = _weights.Panel(point, panel, depth);
                operands.PrefetchStart =
                    operands.PrefetchLines > 0 ? operands.Panel + (panelsAtOnce * operands.PanelStride) : null;
                Multiply(ref operands, point, depth);
            }
        }
    }

    /// <summary>
    /// Multiplies all the block's tiles by some panels of the matrices of a row of points, if the matrices are not
    /// kept: they are computed from <see cref="WinogradWeights.Unfinished"/>.
    /// </summary>
    /// <param name="down">The row of points.</param>
    /// <param name="firstPanel">The first panel, which is also the first in the buffer of products.</param>
    /// <param name="panelCount">The number of panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MultiplyRow(int down, int firstPanel, int panelCount)
    {
        var across = _weights.Points.Across;
        var (panelsAtOnce, columns) = (_weights.Kernel.PanelsAtOnce, _weights.Kernel.Columns);
        var panelBlock = Math.Min(_blocking.PanelBlock, panelCount);

        // Each product prefetches its share of the data from which the next panels are computed.
        var prefetchLines = ((WinogradWeights.KernelSize * columns) + across.Length - 1) / across.Length;
        using var finished = Tensor.Uninitialized(
            new Shape(across.Length, (panelBlock * _blocking.DepthBlock * columns) + CacheLine)
        );
        for (var panel = firstPanel; panel < firstPanel + panelCount; panel += panelBlock)
        {
            var panels = Math.Min(panelBlock, firstPanel + panelCount - panel);
            for (var depth = 0; depth < _geometry.InputChannels; depth += _blocking.DepthBlock)
            {
                var length = Math.Min(_blocking.DepthBlock, _geometry.InputChannels - depth);
                var pointStride = ((nint)panels * length * columns) + CacheLine;
                _weights.FinishRow(down, (panel, panels), (depth, length), finished.Pointer, pointStride);
                for (var i = 0; i < across.Length; i++)
                {
                    var point = (down * WinogradTile.SidePoints) + across[i];
                    if (_points[point].Count == 0)
                        continue;
                    var operands = Operands(point, length, prefetchLines, fewestTiles: 1);
                    operands.PrefetchStride = _weights.UnfinishedStride;
                    for (var next = 0; next < panels; next += panelsAtOnce)
                    {
                        operands.ColumnCount = Math.Min(panelsAtOnce, panels - next) * columns;
                        operands.Sums = Products(panel + next, point);
                        operands.PrefetchesRows = next == 0;
                        operands.Panel = finished.Pointer + (i * pointStride) + (next * operands.PanelStride);
                        operands.PrefetchStart =
                            operands.PrefetchLines > 0
                                ? _weights.Unfinished(down, panel + panels + next)
                                    + (prefetchLines * ((across.Length * depth) + (i * length)))
                                : null;
                        Multiply(ref operands, point, depth);
                    }
                }
            }
        }
    }

    /// <summary>Transforms products into results for some of the block's tiles and panels.</summary>
    /// <param name="start">The first tile, counted from the block's first.</param>
    /// <param name="count">The number of tiles.</param>
    /// <param name="firstPanel">The first panel, which is also the first in the buffer of products.</param>
    /// <param name="panelCount">The number of panels.</param>
    public void TransformOutput(int start, int count, int firstPanel, int panelCount)
    {
        foreach (ref readonly var segment in _segments.AsSpan())
        {
            var first = Math.Max(start, segment.Start);
            var end = Math.Min(start + count, segment.End);
            if (first < end)
                TransformOutput(segment, first, end, firstPanel, panelCount);
        }
    }

    public void Dispose()
    {
        _transformed.Dispose();
        _pointers.Dispose();
        _products.Dispose();
    }

    /// <summary>The operands that all products of a point share.</summary>
    /// <param name="point">The point, which must have rows.</param>
    /// <param name="depth">The number of contiguous rows of a panel.</param>
    /// <param name="prefetchLines">
    /// The number of cache lines to prefetch for every cache line of a row; divided among the matrix tiles.
    /// </param>
    /// <param name="fewestTiles">The smallest number of rows of matrix tiles for which lines are prefetched.</param>
    private TileOperands Operands(int point, int depth, int prefetchLines, int fewestTiles)
    {
        var matrix = _weights.Kernel;
        var rowCount = _points[point].Count;
        var matrixTiles = (rowCount + matrix.Rows - 1) / matrix.Rows;
        return new TileOperands
        {
            Rows = _points[point].Rows,
            RowsStride = matrix.Rows,
            RowCount = rowCount,
            Taps = 1,
            PanelStride = (nint)depth * matrix.Columns,
            SumsStride = matrix.Columns,
            SumsTileStride = (nint)matrix.Rows * matrix.Columns,
            SumsPanelStride = WinogradTile.AllPoints * _productStride,
            PrefetchStride = (nint)depth * matrix.Columns,
            PrefetchLines =
                matrixTiles >= fewestTiles && matrixTiles <= MostTilesToPrefetch
                    ? (prefetchLines + matrixTiles - 1) / matrixTiles
                    : 0,
        };
    }

    /// <summary>Multiplies by one block of the shared dimension.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Multiply(ref TileOperands operands, int point, int depth)
    {
        operands.Offset = (point * _transformedStride) + depth;
        operands.Length = Math.Min(_blocking.DepthBlock, _geometry.InputChannels - depth);
        operands.Resume = depth > 0;
        _weights.Kernel.Multiply(operands);
    }

    /// <summary>Divides a block into segments of tiles of one kind.</summary>
    private static IEnumerable<Segment> Cut(WinogradTiling tiling, int first, int count, TileKernel kernel)
    {
        foreach (var kind in tiling.Kinds)
        {
            var from = Math.Max(first, kind.First);
            var end = Math.Min(first + count, kind.First + kind.Count);
            if (from < end)
                yield return new Segment(
                    kind,
                    from - first,
                    end - first,
                    from - kind.First,
                    WinogradKernel.For(kind.Down.Tile, kernel),
                    WinogradKernel.For(kind.Across.Tile, kernel),
                    new int[WinogradTile.AllPoints]
                );
        }
    }

    /// <summary>
    /// Lists, for every point, the rows of transformed input to multiply by its matrix. Points that the same tiles use
    /// share a list.
    /// </summary>
    private void FindRows()
    {
        var sets = 0;
        for (var down = 0; down < WinogradTile.SidePoints; down++)
        {
            for (var across = 0; across < WinogradTile.SidePoints; across++)
            {
                var point = (down * WinogradTile.SidePoints) + across;
                var (sameDown, sameAcross) = (WinogradTile.FirstOfSameUse[down], WinogradTile.FirstOfSameUse[across]);
                if (sameDown < down || sameAcross < across)
                {
                    var same = (sameDown * WinogradTile.SidePoints) + sameAcross;
                    _points[point] = _points[same];
                    foreach (var segment in _segments)
                        segment.FirstRows[point] = segment.FirstRows[same];
                }
                else
                {
                    _points[point] = ListRows(
                        (float**)_pointers.Pointer + (sets++ * _blocking.TileBlock),
                        down,
                        across
                    );
                }
            }
        }
    }

    private PointRows ListRows(float** rows, int down, int across)
    {
        var count = 0;
        foreach (var segment in _segments)
        {
            segment.FirstRows[(down * WinogradTile.SidePoints) + across] = count;
            if (!segment.Kind.Down.Tile.Points.Contains(down) || !segment.Kind.Across.Tile.Points.Contains(across))
                continue;
            for (var tile = segment.Start; tile < segment.End; tile++)
                rows[count++] = _transformed.Pointer + (tile * _rowStride);
        }

        // The last matrix tile also reads pointers of rows that do not exist.
        for (var missing = count; count > 0 && missing % _weights.Kernel.Rows > 0; missing++)
            rows[missing] = rows[count - 1];
        return new PointRows(rows, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInput(in Segment segment, int start, int end)
    {
        var kind = segment.Kind;
        var (height, width) = (kind.Down.Tile.Inputs, kind.Across.Tile.Inputs);
        using var scratch = Tensor.Uninitialized(new Shape(WinogradTile.AllPoints * ChannelBlock));
        var columns = stackalloc float*[WinogradTile.SidePoints];
        var rotated = stackalloc float*[WinogradTile.SidePoints];
        var rows = stackalloc float*[WinogradTile.SidePoints];
        for (var i = 0; i < width; i++)
            columns[i] = scratch.Pointer + (i * WinogradTile.SidePoints * ChannelBlock);
        for (var channel = 0; channel < _geometry.InputChannels; channel += ChannelBlock)
        {
            var channels = Math.Min(ChannelBlock, _geometry.InputChannels - channel);
            for (var tile = start; tile < end; tile++)
            {
                var (image, y, x) = kind.Place(segment.FirstOfKind + tile - segment.Start);
                var left = x - _geometry.PaddingLeft;
                LocateInput(image, y - _geometry.PaddingTop, left, height, channel, rows);

                // A tile shares its first two columns with its left neighbour.
                var known = tile > start && x > kind.Across.Start ? 2 : 0;
                for (var i = 0; known > 0 && i < width; i++)
                    rotated[i] = columns[(i + width - 2) % width];
                for (var i = 0; known > 0 && i < width; i++)
                    columns[i] = rotated[i];
                var inside = (Math.Clamp(-left, 0, width), Math.Clamp(_geometry.InputWidth - left, 0, width));
                PrefetchInput(rows, height, width, kind.Across.Tile.Outputs, channels);
                segment.Down.TransformInputColumns(
                    rows,
                    _geometry.InputChannels,
                    inside,
                    (known, width),
                    channels,
                    columns
                );
                segment.Across.TransformInputRows(
                    columns,
                    kind.Down.Tile.Points,
                    channels,
                    _transformed.Pointer + (tile * _rowStride) + channel,
                    _transformedStride
                );
            }
        }
    }

    /// <summary>Finds the input rows of a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LocateInput(int image, int top, int left, int height, int channel, float** rows)
    {
        for (var y = 0; y < height; y++)
        {
            var row = ((nint)image * _geometry.InputHeight) + top + y;
            rows[y] =
                (uint)(top + y) < (uint)_geometry.InputHeight
                    ? _input + (((row * _geometry.InputWidth) + left) * _geometry.InputChannels) + channel
                    : _zeros;
        }
    }

    /// <summary>Prefetches the pixels that only the next tile to the right needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PrefetchInput(float** rows, int height, int width, int count, int channels)
    {
        for (var y = 0; y < height; y++)
        {
            if (rows[y] == _zeros)
                continue;
            for (var x = width; x < width + count; x++)
                Prefetch.Lines(rows[y] + (x * (nint)_geometry.InputChannels), channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformOutput(in Segment segment, int start, int end, int firstPanel, int panelCount)
    {
        var columns = _weights.Kernel.Columns;
        var (down, across) = (segment.Kind.Down.Tile, segment.Kind.Across.Tile);
        using var scratch = Tensor.Uninitialized(
            new Shape((WinogradTile.SidePoints * down.Outputs * OutputTiles * columns) + WinogradKernel.ResultLength)
        );
        var results = scratch.Pointer;
        var halves = results + WinogradKernel.ResultLength;
        var places = stackalloc WinogradPlace[OutputTiles];
        var products = stackalloc float*[WinogradTile.AllPoints];
        for (var group = start; group < end; group += OutputTiles)
        {
            var tiles = Math.Min(OutputTiles, end - group);
            for (var panel = 0; panel < panelCount; panel++)
            {
                var column = (firstPanel + panel) * columns;
                for (var tile = 0; tile < tiles; tile++)
                {
                    places[tile] = ResultPlace(segment, group + tile, column);
                    PrefetchResults(places[tile]);
                }

                LocateProducts(segment, group, panel, products);
                if (_blocking.Together)
                    PrefetchProducts(
                        products,
                        panel + 1 < panelCount ? WinogradTile.AllPoints * _productStride : OutputTiles * columns,
                        tiles * columns
                    );
                segment.Down.TransformOutputColumns(products, across.Points, tiles * columns, halves);
                for (var tile = 0; tile < tiles; tile++)
                {
                    var epilogue = _epilogue with
                    {
                        Bias = _epilogue.Bias is null ? null : _epilogue.Bias + column,
                        Residual = _epilogue.Residual is null
                            ? null
                            : _epilogue.Residual + (places[tile].Pointer - _output),
                    };
                    segment.Across.TransformOutputRows(
                        halves + (tile * columns),
                        down.Outputs,
                        tiles * columns,
                        places[tile],
                        epilogue,
                        results
                    );
                }
            }
        }
    }

    /// <summary>Finds a tile's products for a panel, one column of points after another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LocateProducts(in Segment segment, int tile, int panel, float** products)
    {
        for (var across = 0; across < WinogradTile.SidePoints; across++)
        {
            for (var down = 0; down < WinogradTile.SidePoints; down++)
            {
                var point = (down * WinogradTile.SidePoints) + across;
                var row = segment.FirstRows[point] + tile - segment.Start;
                products[(across * WinogradTile.SidePoints) + down] =
                    Products(panel, point) + ((nint)row * _weights.Kernel.Columns);
            }
        }
    }

    /// <summary>Prefetches the products that are transformed next.</summary>
    // Other threads computed them, so they are in the caches of other cores.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchProducts(float** products, nint offset, int length)
    {
        for (var point = 0; point < WinogradTile.AllPoints; point++)
            Prefetch.Lines(products[point] + offset, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* Products(int panel, int point) =>
        _products.Pointer + ((((nint)panel * WinogradTile.AllPoints) + point) * _productStride);

    /// <summary>The destination of a tile's results for a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private WinogradPlace ResultPlace(in Segment segment, int tile, int column)
    {
        var (image, y, x) = segment.Kind.Place(segment.FirstOfKind + tile - segment.Start);
        var outputs = _geometry.OutputChannels;
        var row = ((nint)image * _geometry.OutputHeight) + y;
        return new WinogradPlace(
            (nint)(_output + (((row * _geometry.OutputWidth) + x) * outputs) + column),
            (nint)_geometry.OutputWidth * outputs,
            outputs,
            Math.Min(segment.Kind.Down.Tile.Outputs, _geometry.OutputHeight - y),
            Math.Min(segment.Kind.Across.Tile.Outputs, _geometry.OutputWidth - x),
            Math.Min(_weights.Kernel.Columns, outputs - column)
        );
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

    /// <summary>Consecutive tiles of one kind.</summary>
    /// <param name="Kind">The kind.</param>
    /// <param name="Start">The first tile, counted from the block's first.</param>
    /// <param name="End">The index after the last tile.</param>
    /// <param name="FirstOfKind">The number of the first tile among all of its kind.</param>
    /// <param name="Down">The vertical transforms.</param>
    /// <param name="Across">The horizontal transforms.</param>
    /// <param name="FirstRows">For every point, the row of the first tile in the point's products.</param>
    private readonly record struct Segment(
        WinogradKind Kind,
        int Start,
        int End,
        int FirstOfKind,
        WinogradKernel Down,
        WinogradKernel Across,
        int[] FirstRows
    );

    /// <summary>The rows that are multiplied by a point's matrix.</summary>
    private readonly struct PointRows(float** rows, int count)
    {
        public readonly float** Rows = rows;

        public readonly int Count = count;
    }
}
