using Graft.Tensors;

namespace Graft.Testing;

/// <summary>
/// Checks that a piece of code gives back all tensor memory that it took from <see cref="TensorMemory.Shared"/>. Tests
/// that use it must not run in parallel with others of their process.
/// </summary>
public sealed class LeakGuard : IDisposable
{
    private readonly long _before;

    /// <summary>Notes what is in use now.</summary>
    public LeakGuard()
    {
        // Tensors of earlier tests that wait for their finalizer would give memory back in the middle.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        _before = TensorMemory.Shared.RentedBytes;
    }

    /// <summary>Bytes that are in use now and were not before.</summary>
    public long LeakedBytes => TensorMemory.Shared.RentedBytes - _before;

    /// <summary>Compares with what is in use now, before finalizers can hide a leak.</summary>
    /// <exception cref="InvalidOperationException">The two differ.</exception>
    public void Dispose()
    {
        if (LeakedBytes != 0)
            throw new InvalidOperationException($"{LeakedBytes} bytes of tensor memory were not given back.");
    }
}
