using System.Globalization;
using Graft.Learning.Evaluation;

namespace Graft.Cli.Rendering;

/// <summary>Formats numbers and paths for users, independently of the locale.</summary>
internal static class Format
{
    private static readonly string[] Units = ["bytes", "KB", "MB", "GB", "TB"];

    /// <summary>Formats a count with thousands separators: <c>1,000</c>.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Formats a count with its noun: <c>1 image</c>, <c>2 images</c>.</summary>
    public static string Count(long value, string one) => $"{Count(value)} {one}{(value == 1 ? "" : "s")}";

    /// <summary>Formats a size in bytes: <c>3.2 KB</c>, <c>19 MB</c>.</summary>
    public static string Bytes(long value)
    {
        var (scaled, unit) = ((double)value, 0);
        while (scaled >= 999.5 && unit < Units.Length - 1)
            (scaled, unit) = (scaled / 1000, unit + 1);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{scaled.ToString(unit == 0 ? "0" : scaled < 10 ? "0.0" : "0", CultureInfo.InvariantCulture)} "
                + $"{Units[unit]}"
        );
    }

    /// <summary>Formats a metric with four decimals: <c>0.9250</c>; a dash if it is null.</summary>
    public static string Share(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>
    /// Formats a 95 % interval in parentheses, with a leading space: <c> (0.8842 to 0.9610)</c>; empty if it is null.
    /// </summary>
    public static string Interval(ConfidenceInterval? value) =>
        value is { } interval ? $" ({Share(interval.Low)} to {Share(interval.High)})" : "";

    /// <summary>Formats a fraction of 1 as a percentage: <c>92.5 %</c>.</summary>
    public static string Percent(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Formats a duration in seconds: <c>0.42 s</c>, <c>31 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Seconds(double value)
    {
        if (value < 9.95)
            return value.ToString(value < 0.995 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " s";
        return Remaining(TimeSpan.FromSeconds(value));
    }

    /// <summary>Formats a duration in whole seconds: <c>31 s</c>, <c>2 min 5 s</c>, <c>1 h 3 min</c>.</summary>
    public static string Remaining(TimeSpan value)
    {
        var seconds = (long)Math.Round(value.TotalSeconds);
        return seconds switch
        {
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60} min {seconds % 60} s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600} h {seconds % 3600 / 60} min"),
        };
    }

    /// <summary>Formats a rate: <c>21.3</c>, <c>1,240</c>.</summary>
    public static string Rate(double value) =>
        value.ToString(value < 99.5 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    /// <summary>Formats a number with three significant digits: <c>0.03</c>, <c>1.2E-05</c>.</summary>
    public static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>Formats a path relative to the current folder, or unchanged if it is outside of it.</summary>
    public static string Path(string path)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>Formats a path for a shell: with quotes if it contains a space.</summary>
    public static string Typed(string path)
    {
        var text = Path(path);
        return text.Contains(' ', StringComparison.Ordinal) ? $"\"{text}\"" : text;
    }
}
