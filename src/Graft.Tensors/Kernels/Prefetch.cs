using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Graft.Tensors.Kernels;

/// <summary>
/// Prefetches cache lines that will be read or written soon. Does nothing on processors without a prefetch instruction.
/// </summary>
// Kernels that access short, distant pieces of memory, which the hardware prefetcher does not predict, would otherwise
// wait for half of their time.
internal static unsafe class Prefetch
{
    /// <summary>The number of floats in a cache line.</summary>
    public const int LineLength = 16;

    /// <summary>Prefetches the cache lines of consecutive floats; the address may be invalid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(float* start, int length)
    {
        if (!Sse.IsSupported)
            return;
        for (nint i = 0; i < length; i += LineLength)
            Sse.Prefetch0(start + i);
    }

    /// <summary>Prefetches one cache line at an offset from each of several pointers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rows(float** rows, int count, nint offset)
    {
        if (!Sse.IsSupported)
            return;
        for (nint i = 0; i < count; i++)
            Sse.Prefetch0(rows[i] + offset);
    }

    /// <summary>Prefetches consecutive cache lines into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LinesFarther(float* start, int lines)
    {
        if (!Sse.IsSupported)
            return;
        for (nint i = 0; i < lines; i++)
            Sse.Prefetch1(start + (i * LineLength));
    }
}
