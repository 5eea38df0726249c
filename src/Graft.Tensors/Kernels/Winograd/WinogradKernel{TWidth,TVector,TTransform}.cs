using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// A vector of channels at a time, innermost, so that memory is read and written in long pieces. Channels beyond the last
/// whole vector go through the same operations one by one.
/// </summary>
/// <inheritdoc cref="WinogradKernel"/>
internal sealed unsafe class WinogradKernel<TWidth, TVector, TTransform> : WinogradKernel
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
    where TTransform : struct, IWinogradTransform
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformInputColumns(float** rows, int pixelStride, (int First, int End) inside, (int First, int End) wanted, int channels, float** columns)
    {
        for (var column = wanted.First; column < wanted.End; column++)
        {
            var target = columns[column];
            if (column < inside.First || column >= inside.End)
            {
                new Span<float>(target, WinogradTile.SidePoints * channels).Clear();
                continue;
            }

            var pixel = (nint)column * pixelStride;
            nint channel = 0;
            for (; channel <= channels - TWidth.Count; channel += TWidth.Count)
                TTransform.Input<TWidth, TVector>(rows, pixel + channel, target + channel, channels);
            for (; channel < channels; channel++)
                TTransform.Input<WidthScalar, float>(rows, pixel + channel, target + channel, channels);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformInputRows(float** columns, ReadOnlySpan<int> points, int channels, float* target, nint pointStride)
    {
        foreach (var point in points)
        {
            var start = (nint)point * channels;
            var row = target + (point * WinogradTile.SidePoints * pointStride);
            nint channel = 0;
            for (; channel <= channels - TWidth.Count; channel += TWidth.Count)
                TTransform.Input<TWidth, TVector>(columns, start + channel, row + channel, pointStride);
            for (; channel < channels; channel++)
                TTransform.Input<WidthScalar, float>(columns, start + channel, row + channel, pointStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformOutputColumns(float** products, ReadOnlySpan<int> points, int length, float* target)
    {
        foreach (var point in points)
        {
            var column = target + (point * TTransform.Outputs * length);
            for (nint i = 0; i < length; i += TWidth.Count)
                TTransform.Output<TWidth, TVector>(products + (point * WinogradTile.SidePoints), i, column + i, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformOutputRows(float* columns, int rows, int length, in WinogradPlace place, in Epilogue epilogue, float* results)
    {
        var sources = stackalloc float*[WinogradTile.SidePoints];
        for (var row = 0; row < place.Rows; row++)
        {
            for (var point = 0; point < WinogradTile.SidePoints; point++)
                sources[point] = columns + (((point * rows) + row) * length);
            nint channel = 0;
            for (; channel <= place.Channels - TWidth.Count; channel += TWidth.Count)
                TransformOutputRow<TWidth, TVector>(sources, row, channel, place, epilogue, results);
            for (; channel < place.Channels; channel++)
                TransformOutputRow<WidthScalar, float>(sources, row, channel, place, epilogue, results);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformOutputRow<TAny, TAnyVector>(float** sources, nint row, nint channel, in WinogradPlace place, in Epilogue epilogue, float* results)
        where TAny : struct, IVectorWidth<TAnyVector>
        where TAnyVector : struct
    {
        TTransform.Output<TAny, TAnyVector>(sources, channel, results, TAny.Count);
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
