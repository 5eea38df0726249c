namespace Graft.Tensors.Tests;

public sealed class WorkerPoolTests
{
    [Fact]
    public void Every_task_runs_exactly_once()
    {
        for (var threads = 1; threads <= 8; threads++)
        {
            using var pool = new WorkerPool(threads);
            Assert.Equal(threads, pool.ThreadCount);
            foreach (var count in new[] { 0, 1, 2, 3, 7, 8, 9, 100, 1001 })
            {
                var runs = new int[count];
                pool.Run(count, (task, worker) =>
                {
                    Assert.InRange(worker, 0, threads - 1);
                    Interlocked.Increment(ref runs[task]);
                });
                Assert.All(runs, run => Assert.Equal(1, run));
            }
        }
    }

    [Fact]
    public void No_worker_number_is_in_use_twice_at_once()
    {
        using var pool = new WorkerPool(4);
        var busy = new int[4];
        for (var round = 0; round < 200; round++)
        {
            pool.Run(50, (_, worker) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref busy[worker]));
                Thread.SpinWait(20);
                Interlocked.Decrement(ref busy[worker]);
            });
        }
    }

    [Fact]
    public void Tasks_run_on_several_threads_at_once()
    {
        using var pool = new WorkerPool(3);
        using var barrier = new Barrier(3);

        // Three tasks that wait for each other: only three threads can end this.
        pool.Run(3, (_, _) => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(30))));
        Thread.Sleep(200);

        // Also after the threads have gone to sleep.
        pool.Run(3, (_, _) => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(30))));
    }

    [Fact]
    public void Every_thread_begins_with_its_own_part_of_the_tasks()
    {
        using var pool = new WorkerPool(3);
        using var barrier = new Barrier(3);
        for (var round = 0; round < 20; round++)
        {
            pool.Run(6, (task, worker) =>
            {
                // The first of each part waits for those of the others, so nobody can take what is not his own.
                if (task % 2 > 0)
                    return;
                Assert.Equal(task / 2, worker);
                Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(30)));
            });
        }
    }

    [Fact]
    public void A_thread_that_is_done_takes_what_another_has_left()
    {
        using var pool = new WorkerPool(2);
        using var others = new CountdownEvent(9);
        pool.Run(10, (task, _) =>
        {
            if (task == 0)
                Assert.True(others.Wait(TimeSpan.FromSeconds(30)));
            else
                others.Signal();
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_exception_reaches_the_caller_and_the_pool_lives_on(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (var round = 0; round < 20; round++)
        {
            var error = Assert.Throws<InvalidDataException>(() => pool.Run(100, (task, _) =>
                {
                    if (task == 37)
                        throw new InvalidDataException("task 37");
                }));
            Assert.Equal("task 37", error.Message);
            var done = 0;
            pool.Run(100, (_, _) => Interlocked.Increment(ref done));
            Assert.Equal(100, done);
        }
    }

    [Fact]
    public void An_operation_inside_a_task_runs_on_that_tasks_worker()
    {
        using var pool = new WorkerPool(3);
        var runs = new int[10, 20];
        pool.Run(10, (outer, worker) => pool.Run(20, (inner, innerWorker) =>
            {
                Assert.Equal(worker, innerWorker);
                Interlocked.Increment(ref runs[outer, inner]);
            }));
        Assert.All(runs.Cast<int>(), run => Assert.Equal(1, run));
        Assert.Throws<InvalidDataException>(() =>
            pool.Run(10, (_, _) => pool.Run(2, (_, _) => throw new InvalidDataException()))
        );
    }

    [Fact]
    public void Callers_on_several_threads_take_turns()
    {
        using var pool = new WorkerPool(3);
        var busy = new int[3];
        var total = 0;
        Exception? failure = null;
        var callers = Enumerable
            .Range(0, 6)
            .Select(_ => new Thread(() =>
            {
                try
                {
                    for (var round = 0; round < 100; round++)
                    {
                        pool.Run(11, (_, worker) =>
                        {
                            // Were two operations under way, two callers would be worker 0.
                            Assert.Equal(1, Interlocked.Increment(ref busy[worker]));
                            Interlocked.Increment(ref total);
                            Interlocked.Decrement(ref busy[worker]);
                        });
                    }
                }
#pragma warning disable CA1031 // Whatever goes wrong on a thread fails the test.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    failure = exception;
                }
            }))
            .ToArray();
        foreach (var thread in callers)
            thread.Start();
        foreach (var thread in callers)
            thread.Join();
        Assert.Null(failure);
        Assert.Equal(6 * 100 * 11, total);
    }

    [Fact]
    public void Thousands_of_tiny_operations_lose_nothing()
    {
        using var pool = new WorkerPool(4);
        var sum = 0L;
        for (var round = 1; round <= 20_000; round++)
        {
            pool.Run(round % 5, (task, _) => Interlocked.Add(ref sum, task + 1));
            if (round % 4000 == 0)
                Thread.Sleep(30);
        }

        // 4,000 times each of 0, 1, 1 + 2, 1 + 2 + 3, 1 + 2 + 3 + 4.
        Assert.Equal(4000L * (0 + 1 + 3 + 6 + 10), sum);
    }

    [Fact]
    public void A_disposed_pool_ends_its_threads_and_refuses_work()
    {
        var pool = new WorkerPool(4);
        pool.Run(10, (_, _) => { });
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(1, (_, _) => { }));
    }

    [Fact]
    public void A_pool_is_as_large_as_the_machine_unless_told()
    {
        using var pool = new WorkerPool();
        Assert.Equal(Environment.ProcessorCount, pool.ThreadCount);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(1025));
        Assert.Throws<ArgumentNullException>(() => pool.Run(1, null!));
    }
}
