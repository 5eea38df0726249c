using System.Runtime.ExceptionServices;

namespace Graft.Tensors;

/// <summary>
/// Runs the tasks of one operation at a time on several threads. Each thread starts with a consecutive range of tasks
/// and steals from the end of other ranges when its own is empty. Results are the same for any number of threads if a
/// task's result does not depend on the thread that runs it. Thread-safe.
/// </summary>
/// <remarks>
/// The calling thread also works, so a pool of 1 has no thread of its own. The threads spin briefly between operations
/// before they sleep, because a network is a few hundred operations in quick succession. Callers on different threads
/// wait for each other. An operation started inside a task runs only on that task's thread. A thread always starts with
/// the same range of tasks, so that it finds the data that it wrote in the previous operation in its core's cache.
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
    /// <param name="threads">
    /// The number of threads that work on an operation, including the calling thread; the number of processors when 0.
    /// </param>
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

    /// <summary>The number of threads that work on an operation, including the calling thread.</summary>
    public int ThreadCount { get; }

    /// <summary>Runs the tasks 0 to <paramref name="count"/> - 1 and returns when all are done.</summary>
    /// <param name="count">The number of tasks.</param>
    /// <param name="task">
    /// Receives the task's number and the worker's number (0 to <see cref="ThreadCount"/> - 1). Tasks that run at the
    /// same time have different worker numbers, so a worker number can index scratch memory.
    /// </param>
    /// <exception cref="Exception">The first exception that a task threw, after all threads have stopped.</exception>
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
            var operation = new Operation(count, ThreadCount, task);
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

    /// <summary>Stops the threads after the current operation.</summary>
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

    /// <summary>Waits for an operation other than <paramref name="done"/>; returns null when the pool stops.</summary>
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
    /// One call of <see cref="Run"/>. The caller waits for the tasks, not for the threads: a thread that wakes late
    /// finds no task left.
    /// </summary>
    private sealed class Operation
    {
        /// <summary>The distance from one thread's part to the next, so that no two share a cache line.</summary>
        private const int PartStride = 16;

        private readonly Action<int, int> _task;
        private readonly int _count;
        private readonly int _threads;

        /// <summary>
        /// The remaining range of each thread: the first task in the upper half, the index after the last in the lower
        /// half.
        /// </summary>
        private readonly long[] _parts;

        private int _completed;
        private Exception? _failure;

        public Operation(int count, int threads, Action<int, int> task)
        {
            (_count, _threads, _task) = (count, threads, task);
            _parts = new long[threads * PartStride];
            for (var thread = 0; thread < threads; thread++)
                _parts[thread * PartStride] = Part(First(thread), First(thread + 1));

            int First(int thread) => (int)((long)count * thread / threads);
        }

        public void TakeTasks(int worker)
        {
            for (var thread = 0; thread < _threads; thread++)
            {
                var owner = (worker + thread) % _threads;
                while (Take(ref _parts[owner * PartStride], fromFront: thread == 0) is { } index)
                    RunTask(index, worker);
            }
        }

        public void WaitForOthers()
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _completed) < _count)
                spin.SpinOnce(sleep1Threshold: -1);
        }

        public void ThrowIfFailed()
        {
            if (_failure is { } failure)
                ExceptionDispatchInfo.Throw(failure);
        }

        private static long Part(int first, int end) => ((long)first << 32) | (uint)end;

        /// <summary>Takes a task from a part; null when none is left.</summary>
        private static int? Take(ref long part, bool fromFront)
        {
            while (true)
            {
                var seen = Volatile.Read(ref part);
                var (first, end) = ((int)(seen >> 32), (int)seen);
                if (first == end)
                    return null;
                var left = fromFront ? Part(first + 1, end) : Part(first, end - 1);
                if (Interlocked.CompareExchange(ref part, left, seen) == seen)
                    return fromFront ? first : end - 1;
            }
        }

        private void RunTask(int index, int worker)
        {
            try
            {
                if (Volatile.Read(ref _failure) is null)
                    _task(index, worker);
            }
#pragma warning disable CA1031 // Any exception of a task is rethrown on the caller's thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref _failure, exception, null);
            }

            Interlocked.Increment(ref _completed);
        }
    }
}
