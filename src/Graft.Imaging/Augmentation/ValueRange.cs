using System.Globalization;

namespace Graft.Imaging.Augmentation;

/// <summary>A closed range of numbers, written as <c>0.6..1</c>. A single number is a range of one value.</summary>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Maximum">The largest value; not less than the smallest.</param>
public readonly record struct ValueRange(double Minimum, double Maximum)
{
    private const string Separator = "..";

    /// <summary>Parses a range.</summary>
    /// <param name="text">Two numbers with two dots between them, or one number.</param>
    /// <exception cref="FormatException">The text is not a range.</exception>
    public static ValueRange Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(Separator);
        if (
            parts.Length <= 2
            && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var minimum)
            && double.TryParse(parts[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var maximum)
            && minimum <= maximum
        )
        {
            return new(minimum, maximum);
        }

        throw new FormatException(
            $"'{text}' is not a range. Write, for example, 0.6{Separator}1, with the smaller number first."
        );
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        Minimum.Equals(Maximum)
            ? Minimum.ToString("R", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Minimum:R}{Separator}{Maximum:R}");
}
