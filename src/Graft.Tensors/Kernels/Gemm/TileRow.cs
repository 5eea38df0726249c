using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// One row of a tile, or of the panels that are multiplied by it: up to four vectors, in registers. The number of
/// vectors is known when the kernel is compiled, so unused vectors cost nothing.
/// </summary>
internal unsafe struct TileRow<TWidth, TVector, TVectors>
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
    where TVectors : struct, ITileSize
{
    private TVector _first;
    private TVector _second;
    private TVector _third;
    private TVector _fourth;

    /// <summary>Reads two vectors of a panel, and two of the next.</summary>
    /// <param name="left">The address in the first panel.</param>
    /// <param name="right">The address in the next panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow<TWidth, TVector, TVectors> Load(float* left, float* right)
    {
        TileRow<TWidth, TVector, TVectors> row = default;
        row._first = TWidth.Load(left);
        if (TVectors.Count > 1)
            row._second = TWidth.Load(left + TWidth.Count);
        if (TVectors.Count > 2)
        {
            row._third = TWidth.Load(right);
            row._fourth = TWidth.Load(right + TWidth.Count);
        }

        return row;
    }

    /// <summary>Writes two vectors of a panel, and two of the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* left, float* right)
    {
        TWidth.Store(left, _first);
        if (TVectors.Count > 1)
            TWidth.Store(left + TWidth.Count, _second);
        if (TVectors.Count > 2)
        {
            TWidth.Store(right, _third);
            TWidth.Store(right + TWidth.Count, _fourth);
        }
    }

    /// <summary>Adds a row of the panels multiplied by a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MultiplyAdd(float number, in TileRow<TWidth, TVector, TVectors> panels)
    {
        var factor = TWidth.Broadcast(number);
        _first = TWidth.MultiplyAdd(factor, panels._first, _first);
        if (TVectors.Count > 1)
            _second = TWidth.MultiplyAdd(factor, panels._second, _second);
        if (TVectors.Count > 2)
        {
            _third = TWidth.MultiplyAdd(factor, panels._third, _third);
            _fourth = TWidth.MultiplyAdd(factor, panels._fourth, _fourth);
        }
    }

    /// <summary>Adds another row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in TileRow<TWidth, TVector, TVectors> other)
    {
        _first = TWidth.Add(_first, other._first);
        if (TVectors.Count > 1)
            _second = TWidth.Add(_second, other._second);
        if (TVectors.Count > 2)
        {
            _third = TWidth.Add(_third, other._third);
            _fourth = TWidth.Add(_fourth, other._fourth);
        }
    }

    /// <summary>Clamps every number to a range; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clamp(TVector least, TVector most)
    {
        _first = TWidth.Min(most, TWidth.Max(least, _first));
        if (TVectors.Count > 1)
            _second = TWidth.Min(most, TWidth.Max(least, _second));
        if (TVectors.Count > 2)
        {
            _third = TWidth.Min(most, TWidth.Max(least, _third));
            _fourth = TWidth.Min(most, TWidth.Max(least, _fourth));
        }
    }
}
