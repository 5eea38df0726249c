using Graft.Layers.Autograd;
using Graft.Layers.Inference;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Layers.Tests.Inference;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests;

[CollectionDefinition("Memory", DisableParallelization = true)]
public sealed class MemoryCollectionDefinition;

/// <summary>Run alone: they compare the memory in use by the whole process.</summary>
[Collection("Memory")]
public sealed class MemoryTests
{
    [Fact]
    public void A_hundred_runs_of_a_plan_give_all_memory_back()
    {
        using var workers = new WorkerPool(2);
        using var guard = new LeakGuard();
        for (var seed = 0; seed < 5; seed++)
        {
            using var network = RandomNetwork.Make((ulong)seed);
            using var plan = InferencePlan.Compile(network);
            using var runner = plan.CreateRunner(2, workers);
            using var input = InferencePlanTests.Images(network, 2, seed);
            var before = TensorMemory.Shared.RentedBytes;
            for (var i = 0; i < 100; i++)
                runner.Run(input).Dispose();
            Assert.Equal(before, TensorMemory.Shared.RentedBytes);
        }
    }

    [Fact]
    public void Training_steps_give_all_memory_back()
    {
        using var workers = new WorkerPool(2);
        using var guard = new LeakGuard();
        for (var seed = 0; seed < 20; seed++)
        {
            using var network = RandomNetwork.Make((ulong)seed);
            if (network.OutputShape.Rank != 1)
                continue;
            using var adam = new Adam(network.Parameters);
            using var input = InferencePlanTests.Images(network, 2, seed);
            using var pass = network.Forward(
                input,
                new PassOptions
                {
                    Workers = workers,
                    Training = true,
                    Random = new DeterministicRandom(1),
                    InputGradient = true,
                }
            );
            CrossEntropyLoss.Compute(pass, [0, 4]).Backward();
            adam.Step();
            adam.ZeroGradients();
        }
    }

    [Fact]
    public void A_pass_that_fails_gives_all_memory_back()
    {
        using var workers = new WorkerPool(1);
        using var guard = new LeakGuard();
        using var network = new Network(new Shape(10));
        network.Add("fc", new Linear.Dense(10, 10));
        network.Add("dropout", new Regularization.Dropout(0.5f));
        using var input = Tensor.Zeros(new Shape(2, 10));
        Assert.Throws<InvalidOperationException>(() =>
            network.Forward(input, new PassOptions { Workers = workers, Training = true })
        );
    }
}
