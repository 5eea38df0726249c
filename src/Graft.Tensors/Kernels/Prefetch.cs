using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Graft.Tensors.Kernels;

/// <summary>
/// Asks for cache lines that will be read or written soon. Kernels that touch memory in short pieces far apart, which the
/// processor does not foresee, spend half of their time waiting without it. Does nothing where there is no such instruction.
/// </summary>
internal static unsafe class Prefetch
{
    private const int LineLength = 16;

    /// <summary>Asks for the lines of consecutive floats; the address may be anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(float* start, int length)
    {
        if (!Sse.IsSupported)
            return;
        for (nint i = 0; i < length; i += LineLength)
            Sse.Prefetch0(start + i);
    }
}
