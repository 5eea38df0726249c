using Graft.Tensors.Kernels.Depthwise;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.InvertedResidual;

/// <summary>
/// The work on a band of rows of one image, on one thread. Expanded rows are kept in a ring buffer: row y of the
/// expanded image is in slot <c>y mod slots</c>, so that rows that two neighbouring chunks share are computed once.
/// </summary>
internal sealed unsafe class InvertedResidualBand : IDisposable
{
    private readonly InvertedResidualOperands _operands;
    private readonly InvertedResidualBlocking _blocking;
    private readonly int _image;
    private readonly DepthwiseKernel _kernel;
    private readonly Tensor _scratch;

    /// <summary>The ring buffer, <c>[slot][column][channel]</c>.</summary>
    private readonly float* _expanded;

    /// <summary>The rows of a chunk after the depthwise convolution.</summary>
    private readonly float* _filtered;

    private readonly MatrixRows _filteredRows;

    /// <summary>Pointers to the pixels of each slot and, last, of a row in the padding.</summary>
    private readonly float** _tables;

    /// <summary>The table for each row of the kernel.</summary>
    private readonly float*** _columns;

    private readonly float** _taps;

    /// <summary>Allocates scratch memory.</summary>
    /// <param name="operands">The inverted residual block.</param>
    /// <param name="blocking">The division of the work.</param>
    /// <param name="image">The image's index.</param>
    public InvertedResidualBand(InvertedResidualOperands operands, InvertedResidualBlocking blocking, int image)
    {
        (_operands, _blocking, _image) = (operands, blocking, image);
        var geometry = operands.Depthwise;
        var (channels, columnCount) = (geometry.InputChannels, DepthwiseRow.ColumnCount(geometry));
        _kernel = DepthwiseKernel.For(channels);

        var ringLength = blocking.RingRows * geometry.InputWidth * channels;
        var filteredLength = blocking.ChunkRows * geometry.OutputWidth * channels;
        var tableEntries = (blocking.RingRows + 1) * columnCount;
        var pointers = RoundUp(
            tableEntries + geometry.KernelHeight + geometry.Taps,
            TensorMemory.Alignment / sizeof(float*)
        );
        _scratch = Tensor.Uninitialized(
            new Shape((pointers * (sizeof(float*) / sizeof(float))) + ringLength + filteredLength + channels)
        );
        _tables = (float**)_scratch.Pointer;
        _columns = (float***)(_tables + tableEntries);
        _taps = _tables + tableEntries + geometry.KernelHeight;
        _expanded = (float*)(_tables + pointers);
        _filtered = _expanded + ringLength;
        _filteredRows = new MatrixRows(_filtered, channels, channels);
        var zeros = _filtered + filteredLength;
        new Span<float>(zeros, channels).Clear();
        for (var slot = 0; slot <= blocking.RingRows; slot++)
            DepthwiseRow.Locate(
                geometry,
                slot < blocking.RingRows ? Slot(slot) : null,
                zeros,
                _tables + (slot * columnCount)
            );
    }

    /// <summary>Computes rows of the output.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="end">The index after the last row.</param>
    public void Run(int first, int end)
    {
        var geometry = _operands.Depthwise;
        var width = geometry.OutputWidth;
        var expanded = Math.Max(0, (first * geometry.StrideHeight) - geometry.PaddingTop);
        for (var y = first; y < end; y += _blocking.ChunkRows)
        {
            var chunkEnd = Math.Min(end, y + _blocking.ChunkRows);
            var needed =
                ((chunkEnd - 1) * geometry.StrideHeight)
                + ((geometry.KernelHeight - 1) * geometry.DilationHeight)
                + 1
                - geometry.PaddingTop;
            needed = Math.Min(needed, geometry.InputHeight);
            Expand(expanded, needed);
            expanded = Math.Max(expanded, needed);
            for (var row = y; row < chunkEnd; row++)
                Filter(row, _filtered + ((nint)(row - y) * width * geometry.InputChannels));

            var place = (((nint)_image * geometry.OutputHeight) + y) * width * _operands.Project.Columns;
            var epilogue = _operands.ProjectEpilogue;
            if (epilogue.Residual is not null)
                epilogue.Residual += place;
            MatrixProduct.RunRows(
                _filteredRows,
                0,
                (chunkEnd - y) * width,
                _operands.Project,
                _operands.Output + place,
                epilogue
            );
        }
    }

    public void Dispose() => _scratch.Dispose();

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private float* Slot(int slot) =>
        _expanded + ((nint)slot * _operands.Depthwise.InputWidth * _operands.Depthwise.InputChannels);

    /// <summary>Computes rows of the expanded image, as many at a time as are contiguous in the ring buffer.</summary>
    private void Expand(int first, int end)
    {
        var geometry = _operands.Depthwise;
        while (first < end)
        {
            var slot = first % _blocking.RingRows;
            var count = Math.Min(end - first, _blocking.RingRows - slot);
            var pixel = ((_image * geometry.InputHeight) + first) * geometry.InputWidth;
            MatrixProduct.RunRows(
                _operands.ExpandRows,
                pixel,
                count * geometry.InputWidth,
                _operands.Expand,
                Slot(slot),
                _operands.ExpandEpilogue
            );
            first += count;
        }
    }

    /// <summary>Computes one row of the depthwise convolution.</summary>
    private void Filter(int y, float* output)
    {
        var geometry = _operands.Depthwise;
        var columnCount = DepthwiseRow.ColumnCount(geometry);
        for (var kernelY = 0; kernelY < geometry.KernelHeight; kernelY++)
        {
            var inputY = DepthwiseRow.InputRow(geometry, y, kernelY);
            var slot = inputY < 0 ? _blocking.RingRows : inputY % _blocking.RingRows;
            _columns[kernelY] = _tables + (slot * columnCount);
        }

        DepthwiseRow.Run(
            _kernel,
            geometry,
            _columns,
            _taps,
            _operands.DepthwiseWeights,
            output,
            _operands.DepthwiseEpilogue
        );
    }
}
