namespace Graft.Tensors.Tests;

public sealed class ShapeTests
{
    [Fact]
    public void A_shape_tells_its_dimensions_and_their_product()
    {
        var shape = new Shape(2, 3, 4, 5);
        Assert.Equal(4, shape.Rank);
        Assert.Equal(120, shape.ElementCount);
        Assert.Equal(3, shape[1]);
        Assert.Equal(5, shape[^1]);
        Assert.Equal("[2, 3, 4, 5]", shape.ToString());
    }

    [Fact]
    public void A_scalar_has_one_element_and_the_default_value_none()
    {
        Assert.Equal(1, new Shape([]).ElementCount);
        Assert.Equal(0, default(Shape).ElementCount);
        Assert.NotEqual(new Shape([]), default);
        Assert.Equal(0, new Shape(3, 0, 7).ElementCount);
    }

    [Fact]
    public void Shapes_are_equal_when_their_dimensions_are()
    {
        Assert.True(new Shape(1, 2) == new Shape(1, 2));
        Assert.Equal(new Shape(1, 2).GetHashCode(), new Shape(1, 2).GetHashCode());
        Assert.True(new Shape(1, 2) != new Shape(2, 1));
        Assert.True(new Shape(1, 2) != new Shape(1, 2, 1));
    }

    [Fact]
    public void A_shape_copies_the_dimensions_it_is_given()
    {
        int[] dimensions = [4, 5];
        var shape = new Shape(dimensions);
        dimensions[0] = 9;
        Assert.Equal(new Shape(4, 5), shape);
        Assert.Equal(new Shape(7, 5), shape.WithBatch(7));
        Assert.Equal(new Shape(4, 5), shape);
    }

    [Fact]
    public void Impossible_shapes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, -1));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            new Shape(int.MaxValue, int.MaxValue, int.MaxValue)
        );
        Assert.Contains("more elements than can be counted", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new Shape([]).WithBatch(1));
    }
}
