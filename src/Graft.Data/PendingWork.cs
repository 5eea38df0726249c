namespace Graft.Data;

/// <summary>Work on another thread whose result is no longer needed.</summary>
public static class PendingWork
{
    /// <summary>Waits until the work succeeds or fails, and disposes its result.</summary>
    /// <param name="work">The work.</param>
    public static void Abandon<T>(Task<T> work)
        where T : class?, IDisposable?
    {
        ((IAsyncResult)work).AsyncWaitHandle.WaitOne();
        if (work.IsCompletedSuccessfully)
            work.Result?.Dispose();
        else
            _ = work.Exception;
    }
}
