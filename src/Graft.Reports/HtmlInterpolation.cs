using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Graft.Reports;

/// <summary>
/// Builds <see cref="Html"/> from an interpolated literal: the literal's own parts are markup, everything else is text.
/// </summary>
[InterpolatedStringHandler]
public readonly ref struct HtmlInterpolation
{
    private readonly StringBuilder _markup;

    /// <summary>Creates a builder; called by the compiler.</summary>
    /// <param name="literalLength">The number of characters in the literal.</param>
    /// <param name="formattedCount">The number of interpolated values.</param>
    public HtmlInterpolation(int literalLength, int formattedCount) =>
        _markup = new(literalLength + (16 * formattedCount));

    /// <summary>Adds a part of the literal.</summary>
    /// <param name="markup">Markup.</param>
    public void AppendLiteral(string markup) => _markup.Append(markup);

    /// <summary>Adds a piece as it is.</summary>
    /// <param name="piece">The piece.</param>
    public void AppendFormatted(Html piece) => _markup.Append(piece);

    /// <summary>Adds text.</summary>
    /// <param name="text">Any text.</param>
    public void AppendFormatted(string? text) => _markup.Append(Html.Text(text));

    /// <summary>Adds a value as text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">The format; the culture is invariant.</param>
    public void AppendFormatted<T>(T value, string? format = null) =>
        AppendFormatted(
            value is IFormattable formattable
                ? formattable.ToString(format, CultureInfo.InvariantCulture)
                : value?.ToString()
        );

    internal string Finish() => _markup.ToString();
}
