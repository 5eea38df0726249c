using System.Buffers.Binary;
using System.Text;
using Graft.Weights.Safetensors;

namespace Graft.Weights.Tests.Safetensors;

public sealed class SafetensorsDamageTests : IDisposable
{
    private const int Mutants = 5000;
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-safetensors-").FullName;

    private string FilePath => Path.Combine(_folder, "weights.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, "JSON")] // not closed
    [InlineData("""[1]""", 0, "begins with '{'")]
    [InlineData(""" {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "begins with '{'")]
    [InlineData("", 0, "begins with '{'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}x""", 8, "JSON")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""",
        16,
        "every name once"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"\u0061":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""",
        16,
        "every name once"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        8,
        "dtype of tensor 'a' once"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}""",
        8,
        "only dtype, shape and data_offsets"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 0, "dtype, shape and data_offsets")]
    [InlineData("""{"a":[]}""", 0, "an object for tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""", 8, "a dtype among")]
    [InlineData("""{"a":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}""", 8, "a dtype among")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "dimensions from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}""", 8, "dimensions from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", 8, "dimensions from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", 8, "dimensions from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967298],"data_offsets":[0,8]}}""", 8, "dimensions from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", 8, "a list of dimensions")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,8]}}""",
        8,
        "fits 64 bits"
    )]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[2147483647,1073741825],"data_offsets":[0,8]}}""",
        8,
        "bytes for tensor 'a'"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "12 bytes for tensor 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "ascending data_offsets")] // shorter than it says
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "ascending data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "ascending data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,16]}}""", 8, "ascending data_offsets")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551624]}}""",
        8,
        "ascending data_offsets"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":{"0":8}}}""", 8, "ascending data_offsets")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
        12,
        "where the previous tensor ends"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""",
        8,
        "where the previous tensor ends"
    )]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}}""",
        20,
        "where the previous tensor ends"
    )]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "8 bytes of data")] // one too many
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "a string for 'a'")]
    [InlineData("""{"__metadata__":"a"}""", 0, "an object of strings")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "'a' twice", true)]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "JSON")] // half a surrogate pair
    public void A_header_that_breaks_a_rule_is_refused_with_the_rule(
        string header,
        int dataSize,
        string rule,
        bool inFound = false
    )
    {
        Write(header, dataSize);
        var error = Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(FilePath));
        Assert.Contains(rule, inFound ? error.Found : error.Expected, StringComparison.Ordinal);
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"__metadata__":{}}     """)]
    public void A_file_without_tensors_is_right(string header)
    {
        Write(header, 0);
        using var file = SafetensorsFile.Open(FilePath);
        Assert.Empty(file.Entries);
    }

    [Theory]
    [InlineData(0L, "100,000,000")]
    [InlineData(100_000_001L, "at most 100,000,000")]
    [InlineData(long.MaxValue, "at most 100,000,000")]
    [InlineData(-1L, "at most 100,000,000")]
    [InlineData(1000L, "a header of 1,000 bytes")]
    public void A_header_length_beyond_the_file_or_the_limit_is_refused(long length, string rule)
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        File.WriteAllBytes(FilePath, bytes);
        var error = Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(FilePath));
        Assert.Contains(length == 0 ? "begins with" : rule, error.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var whole = Sample();
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            Assert.Throws<WeightsFormatException>(() => SafetensorsFile.Open(FilePath));
        }
    }

    [Fact]
    public void A_file_shortened_while_it_is_open_is_an_error_and_not_a_crash()
    {
        Write("""{"a":{"dtype":"F32","shape":[4096],"data_offsets":[0,16384]}}""", 16384);
        using var file = SafetensorsFile.Open(FilePath);
        using (
            var other = new FileStream(
                FilePath,
                FileMode.Open,
                FileAccess.Write,
                FileShare.ReadWrite | FileShare.Delete
            )
        )
            other.SetLength(8192);
        Assert.Throws<WeightsFormatException>(() => file.Read("a"));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.ThrowsAny<IOException>(() => SafetensorsFile.Open(FilePath));
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Altered_files_are_read_or_refused_but_never_crash()
    {
        var whole = Sample();
        var headerEnd = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        var random = new Random(20240607);
        var refused = 0;
        for (var i = 0; i < Mutants; i++)
        {
            File.WriteAllBytes(FilePath, Mutant(whole, headerEnd, random));
            try
            {
                using var file = SafetensorsFile.Open(FilePath);
                foreach (var entry in file.Entries.Where(entry => entry.Name is not ("too.exact" or "too.large")))
                {
                    using var tensor = file.Read(entry.Name);
                    Assert.Equal(entry.Shape, tensor.Shape);
                }
            }
            catch (WeightsFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, Mutants / 2, Mutants - 1);
    }

    private static byte[] Mutant(byte[] whole, int headerEnd, Random random)
    {
        var bytes = whole.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            // Most changes hit the header, where they matter.
            var at = random.Next(random.Next(8) == 0 ? bytes.Count : Math.Min(headerEnd, bytes.Count));
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[at] = (byte)"0123456789-[]{}\",:.eE"[random.Next(21)];
                    break;
                case 3:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.Insert(at, bytes[random.Next(bytes.Count)]);
                    break;
            }
        }

        return bytes.ToArray();
    }

    private static byte[] Sample() =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Safetensors", "Samples", "mixed.safetensors"));

    private void Write(string header, int dataSize)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + dataSize];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        File.WriteAllBytes(FilePath, bytes);
    }
}
