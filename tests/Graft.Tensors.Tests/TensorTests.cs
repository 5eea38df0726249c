namespace Graft.Tensors.Tests;

public sealed unsafe class TensorTests
{
    [Fact]
    public void Values_are_copied_in_and_out()
    {
        float[] values = [1, 2, 3, 4, 5, 6];
        using var tensor = Tensor.From(new Shape(2, 3), values);
        values[0] = 9;
        Assert.Equal([1, 2, 3, 4, 5, 6], tensor.Span.ToArray());
        using var clone = tensor.Clone();
        clone.Span[0] = 7;
        Assert.Equal(1, tensor.Span[0]);
        using var reshaped = tensor.Reshaped(new Shape(3, 2));
        Assert.Equal(new Shape(3, 2), reshaped.Shape);
        Assert.Equal(tensor.Span.ToArray(), reshaped.Span.ToArray());
        Assert.Equal("Tensor [2, 3]", tensor.ToString());
    }

    [Fact]
    public void Values_that_do_not_fill_the_shape_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Tensor.From(new Shape(2, 3), new float[5]));
        Assert.Contains(
            "5 values do not fill a tensor of shape [2, 3], which has 6 elements",
            error.Message,
            StringComparison.Ordinal
        );
        using var tensor = Tensor.Zeros(new Shape(2, 3));
        Assert.Throws<ArgumentException>(() => tensor.Reshaped(new Shape(7)));
    }

    [Fact]
    public void Zeros_are_zeros_also_in_used_memory()
    {
        var memory = new TensorMemory(1 << 20);
        using (var used = Tensor.Uninitialized(new Shape(1000), memory))
            used.Span.Fill(float.NaN);
        using var zeros = Tensor.Zeros(new Shape(1000), memory);
        Assert.All(zeros.Span.ToArray(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(1000)]
    public void Memory_is_aligned_to_a_cache_line(int length)
    {
        using var tensor = Tensor.Uninitialized(new Shape(length));
        Assert.Equal(0, (nint)tensor.Pointer % TensorMemory.Alignment);
        Assert.Equal(length, tensor.Span.Length);
    }

    [Fact]
    public void A_disposed_tensor_refuses_access_and_may_be_disposed_again()
    {
        var tensor = Tensor.Zeros(new Shape(4));
        tensor.Dispose();
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.Span.Length);
        Assert.Throws<ObjectDisposedException>(() => tensor.Clone());
    }

    [Fact]
    public void Tensors_too_large_to_index_are_refused_before_memory_is_taken()
    {
        var memory = new TensorMemory(0);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Tensor.Uninitialized(new Shape(65536, 65536), memory)
        );
        Assert.Contains("[65536, 65536]", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, memory.RentedBytes);
    }

    [Fact]
    public void Rows_are_entries_of_the_outermost_dimension()
    {
        using var tensor = Tensor.From(new Shape(3, 2), [1, 2, 3, 4, 5, 6]);
        Assert.Equal([3, 4], tensor.Rows(1).ToArray());
        Assert.Equal([3, 4, 5, 6], tensor.Rows(1, 2).ToArray());
        Assert.Equal(0, tensor.Rows(3, 0).Length);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    [InlineData(0, -1)]
    [InlineData(0, 4)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(int.MinValue, int.MaxValue)]
    public void Rows_outside_the_tensor_are_refused(int first, int count)
    {
        using var tensor = Tensor.Zeros(new Shape(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Rows(first, count).Length);
        using var empty = Tensor.Zeros(new Shape(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => empty.Rows(first, count).Length);
    }

    [Fact]
    public void A_view_shares_its_owners_memory_and_frees_nothing()
    {
        var memory = new TensorMemory(1 << 20);
        using var owner = Tensor.Zeros(new Shape(10), memory);
        var rented = memory.RentedBytes;
        var view = Tensor.View(owner, 4, new Shape(2, 3));
        view.Span.Fill(1);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 1, 1], owner.Span.ToArray());
        view.Dispose();
        Assert.Equal(rented, memory.RentedBytes);
        owner.Span[9] = 2;
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.View(owner, 5, new Shape(2, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.View(owner, -1, new Shape(2)));
    }
}
