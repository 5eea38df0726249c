using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Fluent;

namespace Graft.Tensors.Tests;

public sealed unsafe class TensorMemoryTests
{
    [Fact]
    public void A_block_holds_the_request_and_wastes_less_than_a_quarter_of_it()
    {
        var sizes = Gen.OneOf(Gen.Choose(0, 5000), Gen.Choose(0, int.MaxValue))
            .Select(size => (long)size)
            .SelectMany(size => Gen.Elements(1L, 4L), (size, factor) => size * factor);
        Prop.ForAll(sizes.ToArbitrary(), bytes =>
            {
                var block = TensorMemory.BlockSize(bytes);
                return block >= bytes
                    && block % TensorMemory.Alignment == 0
                    && (bytes <= 256 ? block == 256 : block - bytes < bytes / 4.0)
                    && TensorMemory.BlockSize(block) == block;
            })
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(256, 256)]
    [InlineData(257, 320)]
    [InlineData(320, 320)]
    [InlineData(512, 512)]
    [InlineData(513, 640)]
    [InlineData(1 << 20, 1 << 20)]
    public void Sizes_are_four_to_a_doubling(long bytes, long block) =>
        Assert.Equal(block, TensorMemory.BlockSize(bytes));

    [Fact]
    public void A_returned_block_serves_the_next_request_of_like_size()
    {
        var memory = new TensorMemory(1 << 20);
        var block = memory.Rent(1000);
        Assert.Equal(1024, memory.RentedBytes);
        memory.Return(block, 1000);
        Assert.Equal(0, memory.RentedBytes);
        Assert.Equal(1024, memory.RetainedBytes);
        var other = memory.Rent(100);
        Assert.True(other != block);
        var again = memory.Rent(900);
        Assert.True(again == block);
        Assert.Equal(0, memory.RetainedBytes);
        memory.Return(other, 100);
        memory.Return(again, 900);
        memory.Trim();
        Assert.Equal(0, memory.RetainedBytes);
    }

    [Fact]
    public void No_more_is_kept_than_the_limit()
    {
        var memory = new TensorMemory(3000);
        var blocks = new nint[5];
        foreach (ref var block in blocks.AsSpan())
            block = (nint)memory.Rent(1024);
        foreach (var block in blocks)
            memory.Return((void*)block, 1024);
        Assert.Equal(2048, memory.RetainedBytes);
        Assert.Equal(0, memory.RentedBytes);
        memory.Trim();
    }

    [Fact]
    public void Blocks_in_use_at_once_never_overlap()
    {
        var memory = new TensorMemory(1 << 20);
        Parallel.For(0, 8, worker =>
        {
            var random = new DeterministicRandom((ulong)worker);
            for (var round = 0; round < 300; round++)
            {
                using var first = Tensor.Uninitialized(new Shape(random.NextInt(2000)), memory);
                using var second = Tensor.Uninitialized(new Shape(random.NextInt(2000)), memory);
                first.Span.Fill(worker);
                second.Span.Fill(worker + 100);
                Assert.Equal(-1, first.Span.IndexOfAnyExcept((float)worker));
                Assert.Equal(-1, second.Span.IndexOfAnyExcept((float)worker + 100));
            }
        });
        Assert.Equal(0, memory.RentedBytes);
        memory.Trim();
    }

    [Fact]
    public void A_tensor_that_nobody_disposes_gives_its_memory_back()
    {
        var memory = new TensorMemory(1 << 20);
        Forget(memory);
        Collect();
        Assert.Equal(0, memory.RentedBytes);
    }

    [Fact]
    public void Forgetting_tensors_together_with_their_memory_does_no_harm()
    {
        // An exception in a finalizer ends the process.
        ForgetAll();
        Collect();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void ForgetAll()
        {
            for (var i = 0; i < 20; i++)
            {
                var memory = new TensorMemory(1 << 20);
                Tensor.Zeros(new Shape(1000), memory).Dispose();
                Forget(memory);
            }
        }
    }

    [Fact]
    public void A_view_keeps_the_memory_of_a_forgotten_owner()
    {
        var memory = new TensorMemory(1 << 20);
        var view = ViewOfForgotten(memory);
        Collect();
        Assert.NotEqual(0, memory.RentedBytes);
        Assert.Equal(3, view.Span[0]);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Tensor ViewOfForgotten(TensorMemory memory)
        {
            var owner = Tensor.Uninitialized(new Shape(1000), memory);
            owner.Span.Fill(3);
            return Tensor.View(owner, 10, new Shape(10));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(TensorMemory memory) => _ = Tensor.Zeros(new Shape(1000), memory);

    private static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
