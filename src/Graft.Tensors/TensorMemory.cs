using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Graft.Tensors;

/// <summary>
/// Native memory for tensors, in blocks aligned to 64 bytes (a cache line, and the widest vector). Returned blocks are
/// kept for reuse, up to a limit. Thread-safe.
/// </summary>
/// <remarks>
/// Sizes are rounded up to a class with two fraction bits (4, 5, 6, 7, 8, 10, 12, 14, 16 ... times a power of two). A
/// block therefore wastes less than a quarter, and blocks of similar size can replace each other.
/// </remarks>
public sealed unsafe class TensorMemory
{
    /// <summary>The alignment of every block, in bytes.</summary>
    public const int Alignment = 64;

    private const long MinimumBlock = 4 * Alignment;

    // Stacks, not bags: a bag has its own finalizer and fails if a tensor's finalizer runs after it.
    private readonly ConcurrentDictionary<long, ConcurrentStack<nint>> _free = new();
    private readonly long _retainedLimit;
    private long _rented;
    private long _retained;

    /// <summary>Makes a pool.</summary>
    /// <param name="retainedLimit">The maximum number of bytes of returned blocks kept for reuse.</param>
    public TensorMemory(long retainedLimit) => _retainedLimit = retainedLimit;

    /// <summary>The pool that tensors use unless another is given; keeps at most 256 MiB for reuse.</summary>
    public static TensorMemory Shared { get; } = new(256L << 20);

    /// <summary>The number of bytes in use by live tensors.</summary>
    public long RentedBytes => Interlocked.Read(ref _rented);

    /// <summary>The number of bytes of returned blocks kept for reuse.</summary>
    public long RetainedBytes => Interlocked.Read(ref _retained);

    /// <summary>The size of the block that a request of <paramref name="bytes"/> gets.</summary>
    internal static long BlockSize(long bytes)
    {
        if (bytes <= MinimumBlock)
            return MinimumBlock;
        var step = 1L << (BitOperations.Log2((ulong)(bytes - 1)) - 2);
        return (bytes + step - 1) / step * step;
    }

    /// <summary>Rents a block of at least <paramref name="bytes"/> bytes; its content is undefined.</summary>
    /// <exception cref="OutOfMemoryException">The system cannot allocate the block.</exception>
    internal void* Rent(long bytes)
    {
        var size = BlockSize(bytes);
        void* block;
        if (_free.TryGetValue(size, out var stack) && stack.TryPop(out var kept))
        {
            Interlocked.Add(ref _retained, -size);
            block = (void*)kept;
        }
        else
        {
            block = NativeMemory.AlignedAlloc((nuint)size, Alignment);
        }

        Interlocked.Add(ref _rented, size);
        return block;
    }

    /// <summary>Returns a block that <see cref="Rent"/> returned for the same number of bytes.</summary>
    internal void Return(void* block, long bytes)
    {
        var size = BlockSize(bytes);
        Interlocked.Add(ref _rented, -size);
        if (Interlocked.Add(ref _retained, size) > _retainedLimit)
        {
            Interlocked.Add(ref _retained, -size);
            NativeMemory.AlignedFree(block);
            return;
        }

        _free.GetOrAdd(size, static _ => new()).Push((nint)block);
    }

    /// <summary>Frees every block that is kept for reuse.</summary>
    public void Trim()
    {
        foreach (var (size, stack) in _free)
        {
            while (stack.TryPop(out var block))
            {
                Interlocked.Add(ref _retained, -size);
                NativeMemory.AlignedFree((void*)block);
            }
        }
    }
}
