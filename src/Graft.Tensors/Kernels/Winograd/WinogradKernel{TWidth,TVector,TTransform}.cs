using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// Processes a vector of channels at a time, in the innermost loop, so that memory is read and written in long pieces.
/// Channels after the last whole vector go through the same operations one by one.
/// </summary>
/// <inheritdoc cref="WinogradKernel"/>
internal sealed unsafe class WinogradKernel<TWidth, TVector, TTransform> : WinogradKernel
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
    where TTransform : struct, IWinogradTransform
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void TransformInputColumns(
        float** rows,
        int pixelStride,
        (int First, int End) inside,
        (int First, int End) wanted,
        int channels,
        float** columns
    )
    {
        for (var column = wanted.First; column < wanted.End; column++)
        {
            var target = columns[column];
            if (column < inside.First || column >= inside.End)
            {
                new Span<float>(target, WinogradTile.SidePoints * channels).Clear();
                continue;
            }

            TransformInput(rows, (nint)column * pixelStride, channels, target, channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void TransformInputRows(
        float** columns,
        ReadOnlySpan<int> points,
        int channels,
        float* target,
        nint pointStride
    )
    {
        foreach (var point in points)
        {
            TransformInput(
                columns,
                (nint)point * channels,
                channels,
                target + (point * WinogradTile.SidePoints * pointStride),
                pointStride
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void TransformOutputColumns(float** products, ReadOnlySpan<int> points, int length, float* target)
    {
        foreach (var point in points)
        {
            var sources = products + (point * WinogradTile.SidePoints);
            float* source0 = sources[0],
                source1 = sources[1],
                source2 = sources[2],
                source3 = sources[3],
                source4 = sources[4],
                source5 = sources[5];
            var column = target + (point * TTransform.Outputs * length);
            for (nint i = 0; i < length; i += TWidth.Count)
                TTransform.Output<TWidth, TVector>(
                    source0 + i,
                    source1 + i,
                    source2 + i,
                    source3 + i,
                    source4 + i,
                    source5 + i,
                    column + i,
                    length
                );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void TransformOutputRows(
        float* columns,
        int rows,
        int length,
        in WinogradPlace place,
        in Epilogue epilogue,
        float* results
    )
    {
        var stride = (nint)rows * length;
        for (var row = 0; row < place.Rows; row++)
        {
            nint channel = 0;
            for (; channel <= place.Channels - TWidth.Count; channel += TWidth.Count)
                TransformOutputRow<TWidth, TVector>(columns + channel, stride, row, channel, place, epilogue, results);
            for (; channel < place.Channels; channel++)
                TransformOutputRow<WidthScalar, float>(
                    columns + channel,
                    stride,
                    row,
                    channel,
                    place,
                    epilogue,
                    results
                );
            columns += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformInput(float** sources, nint offset, int channels, float* target, nint targetStride)
    {
        // Local copies keep the pointers in registers; otherwise there would be as many loads of pointers as of pixels.
        float* source0 = sources[0] + offset,
            source1 = sources[1] + offset,
            source2 = sources[2] + offset,
            source3 = sources[3] + offset;
        float* source4 = TTransform.Inputs > 4 ? sources[4] + offset : null,
            source5 = TTransform.Inputs > 5 ? sources[5] + offset : null;
        nint channel = 0;
        for (; channel <= channels - TWidth.Count; channel += TWidth.Count)
            TTransform.Input<TWidth, TVector>(
                source0 + channel,
                source1 + channel,
                source2 + channel,
                source3 + channel,
                source4 + channel,
                source5 + channel,
                target + channel,
                targetStride
            );
        for (; channel < channels; channel++)
            TTransform.Input<WidthScalar, float>(
                source0 + channel,
                source1 + channel,
                source2 + channel,
                source3 + channel,
                source4 + channel,
                source5 + channel,
                target + channel,
                targetStride
            );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformOutputRow<TAny, TAnyVector>(
        float* source,
        nint stride,
        nint row,
        nint channel,
        in WinogradPlace place,
        in Epilogue epilogue,
        float* results
    )
        where TAny : struct, IVectorWidth<TAnyVector>
        where TAnyVector : struct
    {
        TTransform.Output<TAny, TAnyVector>(
            source,
            source + stride,
            source + (2 * stride),
            source + (3 * stride),
            source + (4 * stride),
            source + (5 * stride),
            results,
            TAny.Count
        );
        var addend = epilogue.Bias is null ? TAny.Zero : TAny.Load(epilogue.Bias + channel);
        var least = TAny.Broadcast(epilogue.Minimum);
        var most = TAny.Broadcast(epilogue.Maximum);
        var offset = (row * place.RowStride) + channel;
        for (var column = 0; column < place.Columns; column++, offset += place.PixelStride)
        {
            var value = TAny.Add(TAny.Load(results + (column * TAny.Count)), addend);
            if (epilogue.Residual is not null)
                value = TAny.Add(value, TAny.Load(epilogue.Residual + offset));
            TAny.Store(place.Pointer + offset, TAny.Min(most, TAny.Max(least, value)));
        }
    }
}
