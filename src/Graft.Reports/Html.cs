using System.Net;
using System.Text;

namespace Graft.Reports;

/// <summary>
/// A piece of markup in which all text that came from outside is escaped. It can only be made by escaping
/// (<see cref="Text"/>), from interpolated literals whose holes are escaped (<see cref="From"/>), or from other pieces;
/// so a file called <c>&lt;script&gt;</c> stays a name. Immutable.
/// </summary>
/// <example><c>Html.Of($"&lt;p title='{path}'&gt;{count} images&lt;/p&gt;")</c></example>
public readonly struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Nothing.</summary>
    public static Html Empty => default;

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_markup);

    /// <summary>Text as it is, for the content of an element or a quoted attribute.</summary>
    /// <param name="text">Any text; half a surrogate pair becomes U+FFFD.</param>
    public static Html Text(string? text) => new(WebUtility.HtmlEncode(text) ?? "");

    /// <summary>
    /// Markup of a literal. What stands in its holes is escaped, numbers are written as everywhere else in the world of
    /// programs (1234.5), and pieces of <see cref="Html"/> are taken as they are. Holes belong in elements and quoted
    /// attributes only, never in a script, a style or the name of a tag.
    /// </summary>
    /// <param name="markup">An interpolated literal.</param>
    public static Html From(HtmlInterpolation markup) => new(markup.Finish());

    /// <summary>Pieces one after the other.</summary>
    /// <param name="pieces">The pieces.</param>
    public static Html Join(IEnumerable<Html> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var markup = new StringBuilder();
        foreach (var piece in pieces)
            markup.Append(piece._markup);
        return new(markup.ToString());
    }

    /// <summary>Pieces one after the other.</summary>
    /// <param name="pieces">The pieces.</param>
    public static Html Join(params ReadOnlySpan<Html> pieces) => Join((IEnumerable<Html>)pieces.ToArray());

    /// <summary>Markup that the caller made safe.</summary>
    internal static Html Trusted(string markup) => new(markup);

    /// <summary>The markup.</summary>
    public override string ToString() => _markup ?? "";
}
