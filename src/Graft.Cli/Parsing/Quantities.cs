using System.Globalization;

namespace Graft.Cli.Parsing;

/// <summary>Parses sizes and durations.</summary>
internal static class Quantities
{
    private static readonly (string Unit, long Bytes)[] SizeUnits =
    [
        ("KiB", 1L << 10),
        ("MiB", 1L << 20),
        ("GiB", 1L << 30),
        ("TiB", 1L << 40),
        ("KB", 1000),
        ("MB", 1000_000),
        ("GB", 1000_000_000),
        ("TB", 1000_000_000_000),
        ("K", 1000),
        ("M", 1000_000),
        ("G", 1000_000_000),
        ("T", 1000_000_000_000),
        ("B", 1),
        ("", 1),
    ];

    private static readonly (string Unit, double Days)[] DurationUnits =
    [
        ("d", 1),
        ("w", 7),
        ("h", 1.0 / 24),
        ("m", 1.0 / 1440),
        ("s", 1.0 / 86400),
    ];

    /// <summary>Parses a size in bytes, for example <c>256MiB</c>, <c>2GB</c> or <c>1000000</c>.</summary>
    /// <exception cref="FormatException">The text is not a size.</exception>
    public static long Size(string text)
    {
        foreach (var (unit, bytes) in SizeUnits)
        {
            if (!text.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
                continue;
            if (Number(text[..^unit.Length]) is { } number && number * bytes < long.MaxValue)
                return (long)(number * bytes);
            break;
        }

        throw new FormatException($"'{text}' is not a size. Use a number of bytes, or for example 256MiB or 2GB.");
    }

    /// <summary>Parses a duration, for example <c>30d</c>, <c>2w</c>, <c>12h</c>, <c>90m</c> or <c>30s</c>.</summary>
    /// <exception cref="FormatException">The text is not a duration.</exception>
    public static TimeSpan Duration(string text)
    {
        foreach (var (unit, days) in DurationUnits)
        {
            if (
                text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && Number(text[..^unit.Length]) is { } number
                && number * days < 100_000
            )
                return TimeSpan.FromDays(number * days);
        }

        throw new FormatException(
            $"'{text}' is not a duration. Use for example 30d (days), 2w (weeks), 12h (hours), 90m "
                + "(minutes) or 30s (seconds)."
        );
    }

    private static double? Number(string text) =>
        double.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : null;
}
