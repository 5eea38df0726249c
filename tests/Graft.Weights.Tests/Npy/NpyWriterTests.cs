using FsCheck;
using FsCheck.Fluent;
using Graft.Testing;
using Graft.Weights.Npy;

namespace Graft.Weights.Tests.Npy;

public sealed class NpyWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-npy-").FullName;

    private string FilePath => Path.Combine(_folder, "array.npy");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Arrays_of_any_shape_and_in_any_parts_are_read_back()
    {
        var cases =
            from dimensions in Gen.ArrayOf(Gen.Choose(0, 7), 3)
            from rank in Gen.Choose(1, 3)
            from part in Gen.Choose(1, 50)
            select (Shape: dimensions[..rank], Part: part);
        Prop.ForAll(cases.ToArbitrary(), item =>
            {
                var values = Enumerable
                    .Range(0, item.Shape.Aggregate(1, (product, dimension) => product * dimension))
                    .Select(i => (i * 0.37f) - 3)
                    .ToArray();
                NpyWriter.Write(
                    FilePath,
                    item.Shape,
                    values.Chunk(item.Part).Select(chunk => new ReadOnlyMemory<float>(chunk))
                );
                var (shape, read) = NpyFile.ReadSingles(FilePath);
                return shape.Dimensions.SequenceEqual(item.Shape) && read.SequenceEqual(values);
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_bytes_are_those_that_NumPy_writes()
    {
        // numpy.save of numpy.arange(6, dtype='<f4').reshape(2, 3) - 1.5, as hexadecimal digits of the whole file.
        NpyWriter.Write(FilePath, [2, 3], [new float[] { -1.5f, -0.5f, 0.5f, 1.5f, 2.5f, 3.5f }]);
        Assert.Equal(NumPyFile, Convert.ToHexStringLower(File.ReadAllBytes(FilePath)));
    }

    [Fact]
    public void Values_that_are_not_ordinary_numbers_keep_their_bits()
    {
        float[] values =
        [
            float.NaN,
            float.PositiveInfinity,
            float.NegativeInfinity,
            -0f,
            float.Epsilon,
            float.MaxValue,
        ];
        NpyWriter.Write(FilePath, [6], [values]);
        Assert.Equal(
            values.Select(BitConverter.SingleToInt32Bits),
            NpyFile.ReadSingles(FilePath).Values.Select(BitConverter.SingleToInt32Bits)
        );
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    public void Values_that_do_not_fill_the_shape_are_refused_and_leave_no_file(int count)
    {
        var error = Assert.Throws<ArgumentException>(() => NpyWriter.Write(FilePath, [2, 3], [new float[count]]));
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void An_error_while_values_are_made_leaves_the_file_that_was_there()
    {
        NpyWriter.Write(FilePath, [1], [new float[] { 4 }]);
        Assert.Throws<InvalidTimeZoneException>(() => NpyWriter.Write(FilePath, [2], Broken()));
        Assert.Equal([4], NpyFile.ReadSingles(FilePath).Values);
        Assert.Single(Directory.GetFiles(_folder));

        static IEnumerable<ReadOnlyMemory<float>> Broken()
        {
            yield return new float[1];
            throw new InvalidTimeZoneException();
        }
    }

    [Fact]
    public void A_place_where_no_file_can_be_is_an_error_that_names_it()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        var path = Path.Combine(_folder, "file", "array.npy");
        Assert.Contains(
            Path.Combine(_folder, "file"),
            Assert.ThrowsAny<IOException>(() => NpyWriter.Write(path, [1], [new float[1]])).Message,
            StringComparison.Ordinal
        );
    }

    private const string NumPyFile =
        "934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a20"
        + "28322c2033292c207d202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020"
        + "202020202020200a0000c0bf000000bf0000003f0000c03f0000204000006040";
}
