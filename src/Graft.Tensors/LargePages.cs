using System.Runtime.InteropServices;

namespace Graft.Tensors;

/// <summary>
/// Asks the system for large pages. Where it gives them only on request, as most distributions of Linux are set up, touching
/// hundreds of megabytes of fresh weights for the first time takes longer than computing them, and each page an entry of the
/// translation buffer. Does nothing elsewhere; a refusal does no harm.
/// </summary>
internal static unsafe partial class LargePages
{
    /// <summary>Blocks from this size on are worth it, in bytes: smaller ones may hold no whole large page.</summary>
    private const nuint SmallestBlock = 4 << 20;

    private const nuint SmallPage = 4096;
    private const int HugePageAdvice = 14;

    private static volatile bool _isAvailable = OperatingSystem.IsLinux();

    /// <summary>Makes a tensor with arbitrary content that is kept for long, and asks for large pages below it.</summary>
    /// <param name="shape">Its shape.</param>
    public static Tensor Uninitialized(Shape shape)
    {
        var tensor = Tensor.Uninitialized(shape);
        var bytes = (nuint)tensor.Length * sizeof(float);
        if (_isAvailable && bytes >= SmallestBlock)
            Advise((nuint)tensor.Pointer, bytes);
        return tensor;
    }

    private static void Advise(nuint block, nuint bytes)
    {
        var start = (block + SmallPage - 1) & ~(SmallPage - 1);
        var end = (block + bytes) & ~(SmallPage - 1);
        try
        {
            _ = MemoryAdvise((void*)start, end - start, HugePageAdvice);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            _isAvailable = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
