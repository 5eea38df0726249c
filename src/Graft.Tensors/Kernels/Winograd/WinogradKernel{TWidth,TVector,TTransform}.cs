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
    public override void TransformInputColumns(float** rows, int pixelStride, (int First, int End) inside, int known, int channels, float** columns)
    {
        for (var column = known; column < TTransform.Inputs; column++)
        {
            var target = columns[column];
            if (column < inside.First || column >= inside.End)
            {
                new Span<float>(target, TTransform.Inputs * channels).Clear();
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
    public override void TransformInputRows(float** columns, int channels, float* target, nint pointStride)
    {
        for (var row = 0; row < TTransform.Inputs; row++, target += TTransform.Inputs * pointStride)
        {
            var start = (nint)row * channels;
            nint channel = 0;
            for (; channel <= channels - TWidth.Count; channel += TWidth.Count)
                TTransform.Input<TWidth, TVector>(columns, start + channel, target + channel, pointStride);
            for (; channel < channels; channel++)
                TTransform.Input<WidthScalar, float>(columns, start + channel, target + channel, pointStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformOutputColumns(float* products, nint pointStride, int length, float* target)
    {
        for (var column = 0; column < TTransform.Inputs; column++, products += pointStride, target += TTransform.Outputs * length)
        {
            for (nint i = 0; i < length; i += TWidth.Count)
                TTransform.Output<TWidth, TVector>(products + i, TTransform.Inputs * pointStride, target + i, length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformOutputRows(float* columns, int length, in WinogradPlace place, in Epilogue epilogue, float* results)
    {
        for (var row = 0; row < place.Rows; row++)
        {
            nint channel = 0;
            for (; channel <= place.Channels - TWidth.Count; channel += TWidth.Count)
                TransformOutputRow<TWidth, TVector>(columns + channel, length, row, channel, place, epilogue, results);
            for (; channel < place.Channels; channel++)
                TransformOutputRow<WidthScalar, float>(columns + channel, length, row, channel, place, epilogue, results);
            columns += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformOutputRow<TAny, TAnyVector>(float* columns, int length, nint row, nint channel, in WinogradPlace place, in Epilogue epilogue, float* results)
        where TAny : struct, IVectorWidth<TAnyVector>
        where TAnyVector : struct
    {
        TTransform.Output<TAny, TAnyVector>(columns, TTransform.Outputs * length, results, TAny.Count);
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
