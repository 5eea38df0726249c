using Graft.Weights.Safetensors;

namespace Graft.Weights.Tests.Safetensors;

/// <summary>Reads the file that Samples/make_sample.py wrote with numpy.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(
        Path.Combine(AppContext.BaseDirectory, "Safetensors", "Samples", "mixed.safetensors")
    );

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Names_types_and_shapes_are_told_in_the_order_of_the_data()
    {
        Assert.Equal(
            [
                "conv.weight F32 [2, 3, 4]",
                "half F16 [7]",
                "double F64 [2, 2]",
                "counter I64 []",
                "too.exact I64 [2]",
                "too.large F64 [1]",
                "bytes U8 [3]",
                "truth BOOL [2, 1]",
                "empty F32 [0, 5]",
                "größe/尺寸 😀 F32 [1]",
                "brain BF16 [3]",
            ],
            _file.Entries.Select(entry => $"{entry.Name} {entry.ElementType} {entry.Shape}")
        );
        Assert.Equal(96, _file.Find("conv.weight")?.ByteCount);
        Assert.Null(_file.Find("conv"));
    }

    [Fact]
    public void The_texts_are_told()
    {
        Assert.Equal(2, _file.Metadata.Count);
        Assert.Equal("sample", _file.Metadata["format"]);
        Assert.Equal("wert \"1\"", _file.Metadata["schlüssel"]);
    }

    [Fact]
    public void Floats_of_every_size_are_read()
    {
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (i / 8f) - 1), Read("conv.weight"));
        Assert.Equal([0f, -0f, 1.5f, -2f, 65504f, 5.9604645e-08f, float.PositiveInfinity], Read("half"));
        Assert.Equal([0.1f, -1e30f, 3.5f, 0f], Read("double"));
        Assert.Equal([1f, -2.5f, 3.140625f], Read("brain"));
        Assert.Equal([1.25f], Read("größe/尺寸 😀"));
        Assert.Empty(Read("empty"));
    }

    [Fact]
    public void Integers_are_read_exactly()
    {
        Assert.Equal([-1099511627776f], Read("counter"));
        Assert.Equal([0f, 127f, 255f], Read("bytes"));
        Assert.Equal([1f, 0f], Read("truth"));
    }

    [Theory]
    [InlineData("too.exact", "I64 element 1")]
    [InlineData("too.large", "F64 element 0")]
    [InlineData("absent", "none among the 11")]
    public void What_a_float_cannot_stand_for_is_an_error(string name, string found)
    {
        var error = Assert.Throws<WeightsFormatException>(() => _file.Read(name));
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("mixed.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_file_cannot_be_read()
    {
        _file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _file.Read("half"));
    }

    private float[] Read(string name)
    {
        using var tensor = _file.Read(name);
        return tensor.Span.ToArray();
    }
}
