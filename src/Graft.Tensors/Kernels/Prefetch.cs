using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Graft.Tensors.Kernels;

/// <summary>
/// Asks for cache lines that will be read or written soon. Kernels that touch memory in short pieces far apart, which
/// the processor does not foresee, spend half of their time waiting without it. Does nothing where there is no such
/// instruction.
/// </summary>
internal static unsafe class Prefetch
{
    /// <summary>Floats in a cache line.</summary>
    public const int LineLength = 16;

    /// <summary>Asks for the lines of consecutive floats; the address may be anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(float* start, int length)
    {
        if (!Sse.IsSupported)
            return;
        for (nint i = 0; i < length; i += LineLength)
            Sse.Prefetch0(start + i);
    }

    /// <summary>Asks for one line behind each of several pointers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Rows(float** rows, int count, nint offset)
    {
        if (!Sse.IsSupported)
            return;
        for (nint i = 0; i < count; i++)
            Sse.Prefetch0(rows[i] + offset);
    }

    /// <summary>Asks for consecutive lines that are needed later, into the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LinesFarther(float* start, int lines)
    {
        if (!Sse.IsSupported)
            return;
        for (nint i = 0; i < lines; i++)
            Sse.Prefetch1(start + (i * LineLength));
    }
}
