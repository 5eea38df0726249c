using Graft.Tensors;
using Graft.Training.Benchmarking;

namespace Graft.Training.Tests.Benchmarking;

public sealed class MachineTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)] // more than some machines have
    public void The_peak_is_a_rate_that_processors_have(int threads)
    {
        using var workers = new WorkerPool(threads);
        Assert.InRange(FmaPeak.Measure(workers, 0.005, TestContext.Current.CancellationToken), 0.01, 1e5);
    }

    [Fact]
    public void Memory_is_read_at_a_rate_that_memories_have()
    {
        using var workers = new WorkerPool(2);
        Assert.InRange(MemoryBandwidth.Measure(workers, 0.001, 8, TestContext.Current.CancellationToken), 0.01, 1e5);
    }

    [Fact]
    public void A_spread_interpolates_quartiles()
    {
        // numpy.percentile([4, 1, 3, 2], [0, 25, 50, 75, 100])
        Assert.Equal(new Spread(1, 1.75, 2.5, 3.25, 4), Spread.Compute([4, 1, 3, 2]));
        Assert.Equal(new Spread(5, 5, 5, 5, 5), Spread.Compute([5]));
        Assert.Throws<ArgumentException>(() => Spread.Compute([]));
    }
}
