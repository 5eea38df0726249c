using System.Runtime.ExceptionServices;

namespace Graft.Tensors;

/// <summary>
/// Threads that share out the tasks of one operation at a time. Tasks are handed out one by one, so all threads end
/// together; because a task's result never depends on which thread ran it, results are the same for any number of threads.
/// </summary>
/// <remarks>
/// The calling thread works too, so a pool of 1 has no thread of its own. Between operations the threads spin for a
/// short while before they sleep: a network is a few hundred operations in quick succession. One operation runs at a
/// time: callers on different threads wait for each other, and an operation started from inside a task runs on the
/// thread of that task alone.
/// </remarks>
public sealed class WorkerPool : IDisposable
{
    private const int SpinsBeforeSleep = 2000;

    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Lock _oneAtATime = new();
    private readonly ThreadLocal<int?> _worker = new();
    private Operation? _current;
    private int _sleeping;
    private volatile bool _stopping;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many threads work on an operation, the caller's included; the number of processors when 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or more than 1,024.</exception>
    public WorkerPool(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        ThreadCount = threads == 0 ? Environment.ProcessorCount : threads;
        _threads = new Thread[ThreadCount - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"Graft worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>How many threads work on an operation, the caller's included.</summary>
    public int ThreadCount { get; }

    /// <summary>Runs the tasks 0 to <paramref name="count"/> - 1 and returns when all are done.</summary>
    /// <param name="count">How many tasks.</param>
    /// <param name="task">
    /// Gets the task's number and the worker's (0 to <see cref="ThreadCount"/> - 1). No two tasks of an operation that run
    /// at the same moment have the same worker's number, so it can choose scratch memory.
    /// </param>
    /// <exception cref="Exception">The first exception that a task threw, once all threads have stopped.</exception>
    public void Run(int count, Action<int, int> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (_worker.Value is { } inside)
        {
            for (var i = 0; i < count; i++)
                task(i, inside);
            return;
        }

        lock (_oneAtATime)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            var operation = new Operation(count, task);
            if (count > 1 && _threads.Length > 0)
            {
                Volatile.Write(ref _current, operation);
                Interlocked.MemoryBarrier();
                var sleeping = Volatile.Read(ref _sleeping);
                if (sleeping > 0)
                    _wake.Release(Math.Min(sleeping, count - 1));
            }

            _worker.Value = 0;
            operation.TakeTasks(0);
            _worker.Value = null;
            operation.WaitForOthers();
            Volatile.Write(ref _current, null);
            operation.ThrowIfFailed();
        }
    }

    /// <summary>Stops the threads once the operation now running is done.</summary>
    public void Dispose()
    {
        lock (_oneAtATime)
        {
            if (_stopping)
                return;
            _stopping = true;
            if (_threads.Length > 0)
                _wake.Release(_threads.Length);
        }

        foreach (var thread in _threads)
            thread.Join();
        _wake.Dispose();
        _worker.Dispose();
    }

    private void Work(int worker)
    {
        _worker.Value = worker;
        Operation? done = null;
        while (NextAfter(done) is { } operation)
        {
            operation.TakeTasks(worker);
            done = operation;
        }
    }

    /// <summary>Waits for an operation other than <paramref name="done"/>; null when the pool stops.</summary>
    private Operation? NextAfter(Operation? done)
    {
        for (var i = 0; i < SpinsBeforeSleep && !_stopping; i++)
        {
            if (Volatile.Read(ref _current) is { } next && next != done)
                return next;
            Thread.SpinWait(20);
        }

        while (!_stopping)
        {
            Interlocked.Increment(ref _sleeping);
            if (Volatile.Read(ref _current) is not { } next || next == done)
                _wake.Wait();
            Interlocked.Decrement(ref _sleeping);
            if (Volatile.Read(ref _current) is { } woken && woken != done)
                return woken;
        }

        return null;
    }

    /// <summary>
    /// One call of <see cref="Run"/>. A thread that arrives late finds no task left and does no harm, so the caller waits
    /// for the tasks, never for a thread that is still asleep.
    /// </summary>
    private sealed class Operation(int count, Action<int, int> task)
    {
        private int _next;
        private int _completed;
        private Exception? _failure;

        public void TakeTasks(int worker)
        {
            while (true)
            {
                var index = Interlocked.Increment(ref _next) - 1;
                if (index >= count)
                    return;
                try
                {
                    if (Volatile.Read(ref _failure) is null)
                        task(index, worker);
                }
#pragma warning disable CA1031 // Whatever a task throws is thrown again on the caller's thread.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref _failure, exception, null);
                }

                Interlocked.Increment(ref _completed);
            }
        }

        public void WaitForOthers()
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _completed) < count)
                spin.SpinOnce(sleep1Threshold: -1);
        }

        public void ThrowIfFailed()
        {
            if (_failure is { } failure)
                ExceptionDispatchInfo.Throw(failure);
        }
    }
}
