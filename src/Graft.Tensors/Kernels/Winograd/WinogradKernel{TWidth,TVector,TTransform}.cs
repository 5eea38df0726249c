using System.Runtime.CompilerServices;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// A vector of channels at a time: all columns of the tile, then all rows. Channels beyond the last whole vector go
/// through the same operations one by one.
/// </summary>
/// <inheritdoc cref="WinogradKernel"/>
internal sealed unsafe class WinogradKernel<TWidth, TVector, TTransform> : WinogradKernel
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
    where TTransform : struct, IWinogradTransform
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformInput(float** rows, int firstColumn, int endColumn, int channels, float* target, nint pointStride, float* scratch)
    {
        nint channel = 0;
        for (; channel <= channels - TWidth.Count; channel += TWidth.Count)
            TransformInput<TWidth, TVector>(rows, firstColumn, endColumn, channel, channels, target + channel, pointStride, scratch);
        for (; channel < channels; channel++)
            TransformInput<WidthScalar, float>(rows, firstColumn, endColumn, channel, channels, target + channel, pointStride, scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformOutput(float* products, nint pointStride, in WinogradPlace place, in Epilogue epilogue, float* scratch)
    {
        nint channel = 0;
        for (; channel <= place.Channels - TWidth.Count; channel += TWidth.Count)
            TransformOutput<TWidth, TVector>(products + channel, pointStride, channel, place, epilogue, scratch);
        for (; channel < place.Channels; channel++)
            TransformOutput<WidthScalar, float>(products + channel, pointStride, channel, place, epilogue, scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformInput<TAny, TAnyVector>(float** rows, int firstColumn, int endColumn, nint channel, nint channels, float* target, nint pointStride, float* scratch)
        where TAny : struct, IVectorWidth<TAnyVector>
        where TAnyVector : struct
    {
        var columnLength = TTransform.Inputs * TAny.Count;
        for (var column = 0; column < TTransform.Inputs; column++)
        {
            var part = scratch + (column * columnLength);
            if (column >= firstColumn && column < endColumn)
            {
                TTransform.InputColumn<TAny, TAnyVector>(rows, (column * channels) + channel, part, TAny.Count);
            }
            else
            {
                for (var row = 0; row < TTransform.Inputs; row++)
                    TAny.Store(part + (row * TAny.Count), TAny.Zero);
            }
        }

        for (var row = 0; row < TTransform.Inputs; row++)
            TTransform.InputRow<TAny, TAnyVector>(scratch + (row * TAny.Count), columnLength, target + (row * TTransform.Inputs * pointStride), pointStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformOutput<TAny, TAnyVector>(float* products, nint pointStride, nint channel, in WinogradPlace place, in Epilogue epilogue, float* scratch)
        where TAny : struct, IVectorWidth<TAnyVector>
        where TAnyVector : struct
    {
        var columnLength = TTransform.Outputs * TAny.Count;
        for (var column = 0; column < TTransform.Inputs; column++)
            TTransform.Output<TAny, TAnyVector>(products + (column * pointStride), TTransform.Inputs * pointStride, scratch + (column * columnLength), TAny.Count);

        var results = scratch + (TTransform.Inputs * columnLength);
        var addend = epilogue.Bias is null ? TAny.Zero : TAny.Load(epilogue.Bias + channel);
        var least = TAny.Broadcast(epilogue.Minimum);
        var most = TAny.Broadcast(epilogue.Maximum);
        for (var row = 0; row < place.Rows; row++)
        {
            TTransform.Output<TAny, TAnyVector>(scratch + (row * TAny.Count), columnLength, results, TAny.Count);
            for (var column = 0; column < place.Columns; column++)
            {
                var offset = (row * place.RowStride) + (column * place.PixelStride) + channel;
                var value = TAny.Add(TAny.Load(results + (column * TAny.Count)), addend);
                if (epilogue.Residual is not null)
                    value = TAny.Add(value, TAny.Load(epilogue.Residual + offset));
                TAny.Store(place.Pointer + offset, TAny.Min(most, TAny.Max(least, value)));
            }
        }
    }
}
