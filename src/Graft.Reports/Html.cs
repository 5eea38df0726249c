using System.Net;
using System.Text;

namespace Graft.Reports;

/// <summary>
/// A piece of markup in which all text that came from outside is escaped. It can only be made by escaping
/// (<see cref="Text"/>), from interpolated literals whose values are escaped (<see cref="From"/>), or from other
/// pieces; so a file called <c>&lt;script&gt;</c> stays a name. Immutable.
/// </summary>
/// <example><c>Html.From($"&lt;p title='{path}'&gt;{count} images&lt;/p&gt;")</c></example>
public readonly struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Empty markup.</summary>
    public static Html Empty => default;

    /// <summary>Whether the markup is empty.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(_markup);

    /// <summary>Escapes text for the content of an element or a quoted attribute.</summary>
    /// <param name="text">Any text; half a surrogate pair becomes U+FFFD.</param>
    public static Html Text(string? text) => new(WebUtility.HtmlEncode(text) ?? "");

    /// <summary>
    /// Creates markup from an interpolated literal. Interpolated values are escaped, numbers are formatted with the
    /// invariant culture (1234.5), and pieces of <see cref="Html"/> are taken as they are. Interpolate only in element
    /// content and quoted attributes, never in a script, a style or a tag name.
    /// </summary>
    /// <param name="markup">An interpolated literal.</param>
    public static Html From(HtmlInterpolation markup) => new(markup.Finish());

    /// <summary>Concatenates pieces.</summary>
    /// <param name="pieces">The pieces.</param>
    public static Html Join(IEnumerable<Html> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var markup = new StringBuilder();
        foreach (var piece in pieces)
            markup.Append(piece._markup);
        return new(markup.ToString());
    }

    /// <summary>Concatenates pieces.</summary>
    /// <param name="pieces">The pieces.</param>
    public static Html Join(params ReadOnlySpan<Html> pieces) => Join((IEnumerable<Html>)pieces.ToArray());

    /// <summary>Wraps markup that the caller guarantees to be safe.</summary>
    internal static Html Trusted(string markup) => new(markup);

    /// <summary>The markup.</summary>
    public override string ToString() => _markup ?? "";
}
