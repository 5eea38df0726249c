using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Graft.Tensors;
using Graft.Weights.Safetensors;

namespace Graft.Weights.Tests.Safetensors;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-safetensors-").FullName;

    private string FilePath => Path.Combine(_folder, "weights.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_layout_is_that_of_the_format()
    {
        using var second = Tensor.From(new Shape(2, 1), [3, -4]);
        using var first = Tensor.From(new Shape(1), [0.5f]);
        SafetensorsWriter.Write(
            FilePath,
            [("z", second), ("a", first)],
            new Dictionary<string, string> { ["format"] = "graft" }
        );

        var bytes = File.ReadAllBytes(FilePath);
        var size = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = Encoding.UTF8.GetString(bytes, 8, size);
        Assert.Equal(0, (8 + size) % 8);
        Assert.Equal(
            """{"__metadata__":{"format":"graft"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"z":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}}""",
            header.TrimEnd(' ')
        );
        Assert.Equal(8 + size + 12, bytes.Length);
        Assert.Equal(
            [0.5f, 3f, -4f],
            Enumerable
                .Range(0, 3)
                .Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + size + (i * 4))))
        );
        Assert.Equal([FilePath], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Equal_tensors_give_equal_bytes_in_whatever_order_they_come()
    {
        using var one = Tensor.From(new Shape(1), [1]);
        using var two = Tensor.From(new Shape(1), [2]);
        SafetensorsWriter.Write(
            FilePath,
            [("b", two), ("a", one)],
            new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" }
        );
        var bytes = File.ReadAllBytes(FilePath);
        SafetensorsWriter.Write(
            FilePath,
            [("a", one), ("b", two)],
            new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" }
        );
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Names_that_cannot_be_kept_are_refused()
    {
        using var tensor = Tensor.From(new Shape(1), [1]);
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [("a", tensor), ("a", tensor)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [("__metadata__", tensor)]));
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(FilePath, [("\ud83d", tensor)]));
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void Whatever_is_written_is_read_back_bit_for_bit()
    {
        var dimensions = Gen.Choose(0, 4).SelectMany(rank => Gen.Choose(0, 5).ArrayOf(rank));
        var name = ArbMap
            .Default.GeneratorFor<NonNull<string>>()
            .Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));
        var bits = ArbMap.Default.GeneratorFor<int>();
        var tensors = name.Zip(dimensions).Zip(bits).ArrayOf();
        Prop.ForAll(tensors.ToArbitrary(), items =>
            {
                var made = items
                    .DistinctBy(item => item.Item1.Item1)
                    .Where(item => item.Item1.Item1 != "__metadata__")
                    .ToDictionary(item => item.Item1.Item1, item => Filled(new Shape(item.Item1.Item2), item.Item2));
                try
                {
                    SafetensorsWriter.Write(
                        FilePath,
                        made.Select(item => (item.Key, item.Value)),
                        made.Keys.ToDictionary(key => key, key => key + key)
                    );
                    using var file = SafetensorsFile.Open(FilePath);
                    Assert.Equal(
                        made.Keys.Order(StringComparer.Ordinal),
                        file.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal)
                    );
                    Assert.All(made.Keys, key => Assert.Equal(key + key, file.Metadata[key]));
                    foreach (var (key, expected) in made)
                    {
                        using var read = file.Read(key);
                        Assert.Equal(expected.Shape, read.Shape);
                        Assert.Equal(Bits(expected), Bits(read));
                    }
                }
                finally
                {
                    foreach (var tensor in made.Values)
                        tensor.Dispose();
                }
            })
            .QuickCheckThrowOnFailure();
    }

    private static int[] Bits(Tensor tensor) => tensor.Span.ToArray().Select(BitConverter.SingleToInt32Bits).ToArray();

    /// <summary>Any bits are a float, not-a-number and infinities included.</summary>
    private static Tensor Filled(Shape shape, int seed)
    {
        var random = new Random(seed);
        var tensor = Tensor.Zeros(shape);
        foreach (ref var value in tensor.Span)
            value = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
        return tensor;
    }
}
