namespace Graft.Weights.Tests;

/// <summary>Damages files at random, in a way that a seed repeats.</summary>
internal static class FileMutation
{
    /// <summary>
    /// A copy with one to three changes: bits and bytes altered, numbers enlarged, parts cut out, doubled or left away
    /// at the end.
    /// </summary>
    public static byte[] Of(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    for (var i = at; i < Math.Min(bytes.Count, at + random.Next(1, 9)); i++)
                        bytes[i] = (byte)(random.Next(4) == 0 ? 0x7f : 0xff);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at));
                    break;
                case 4 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    Digits(bytes, at, random);
                    break;
                default:
                    var from = random.Next(bytes.Count);
                    bytes.InsertRange(at, bytes.GetRange(from, Math.Min(random.Next(1, 20), bytes.Count - from)));
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Makes the next number that is written in digits another one, negative or huge.</summary>
    private static void Digits(List<byte> bytes, int at, Random random)
    {
        var start = bytes.FindIndex(at, static value => value is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
            return;
        var end = bytes.FindIndex(start, static value => value is < (byte)'0' or > (byte)'9');
        bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
        string[] numbers = ["-1", "0", "2147483647", "4294967296", "9223372036854775807", "1e400", "65536", "3"];
        bytes.InsertRange(start, System.Text.Encoding.ASCII.GetBytes(numbers[random.Next(numbers.Length)]));
    }
}
