using Graft.Cli.Parsing;
using Graft.Cli.Rendering;

namespace Graft.Cli.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1000000", 1_000_000)]
    [InlineData("256MiB", 268_435_456)]
    [InlineData("256 MiB", 268_435_456)]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("1.5k", 1500)]
    [InlineData("10B", 10)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes) =>
        Assert.Equal(bytes, Quantities.Size(text));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("GB")]
    [InlineData("1,5GB")]
    [InlineData("9999999999TB")]
    [InlineData("two GB")]
    public void What_is_no_size_is_refused(string text) => Assert.Throws<FormatException>(() => Quantities.Size(text));

    [Theory]
    [InlineData("30d", 30 * 24 * 60)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData("12h", 12 * 60)]
    [InlineData("90m", 90)]
    [InlineData("120s", 2)]
    [InlineData("0d", 0)]
    public void Durations_are_read_as_people_write_them(string text, int minutes) =>
        Assert.Equal(minutes, Quantities.Duration(text).TotalMinutes, 6);

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("-1d")]
    [InlineData("1e9d")]
    [InlineData("999999999d")]
    public void What_is_no_duration_is_refused(string text) =>
        Assert.Throws<FormatException>(() => Quantities.Duration(text));

    [Theory]
    [InlineData(0, "0 bytes")]
    [InlineData(999, "999 bytes")]
    [InlineData(1000, "1.0 KB")]
    [InlineData(18_700_000, "19 MB")]
    [InlineData(999_600, "1.0 MB")]
    [InlineData(3_500_000_000, "3.5 GB")]
    public void Sizes_are_written_short(long bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [Theory]
    [InlineData(0.0, "0.00 s")]
    [InlineData(0.996, "1.0 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.7, "1 min 0 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(7300, "2 h 1 min")]
    public void Times_are_written_short(double seconds, string text) => Assert.Equal(text, Format.Seconds(seconds));

    [Theory]
    [InlineData("trian", "train")]
    [InlineData("TRAIN", "train")]
    [InlineData("predcit", "predict")]
    [InlineData("zzzz", null)]
    public void The_nearest_word_is_found(string word, string? nearest) =>
        Assert.Equal(nearest, Spelling.Nearest(word, ["demo", "train", "predict"]));
}
