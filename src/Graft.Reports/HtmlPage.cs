using System.Security.Cryptography;
using System.Text;
using Graft.Weights;

namespace Graft.Reports;

// How to create a report:
//   var page = new HtmlPage("Title", "one sentence");
//   page.Add("Heading", Html.Join(
//       HeadlineFigures.Create(("97.5 %", "accuracy"), ...),
//       Html.From($"<p>{count} images in <code>{folder}</code></p>"),       // interpolated values are escaped
//       BarChart.Create("Images of each class", "images", bars).ToHtml(),   // or new Chart(description, specification)
//       ImageGrid.Create(cards),                                            // with thumbnails from ImageThumbnails
//       ReportTable.Create(columns, rows)));
//   page.Write(path);

/// <summary>
/// A self-contained HTML file with embedded styles, scripts and images. Its content security policy forbids it to load
/// or run anything else. Supports small screens, dark mode and printing. Not thread-safe.
/// </summary>
public sealed class HtmlPage
{
    private readonly string _title;
    private readonly string _summary;
    private readonly List<(string Heading, Html Content)> _sections = [];

    /// <summary>Creates a page.</summary>
    /// <param name="title">The heading.</param>
    /// <param name="summary">A sentence or two below it.</param>
    public HtmlPage(string title, string summary = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(title);
        ArgumentNullException.ThrowIfNull(summary);
        _title = title;
        _summary = summary;
    }

    /// <summary>The footer, for example with version numbers.</summary>
    public Html Footer { get; set; }

    /// <summary>Adds a section; the list at the top of the page links to it.</summary>
    /// <param name="heading">Its heading.</param>
    /// <param name="content">Its content.</param>
    public void Add(string heading, Html content)
    {
        ArgumentException.ThrowIfNullOrEmpty(heading);
        _sections.Add((heading, content));
    }

    /// <summary>Renders the whole file.</summary>
    public string Render()
    {
        var body = Body();
        IReadOnlyList<string> scripts = body.Contains(Chart.Marker, StringComparison.Ordinal)
            ? ReportResources.ChartScripts
            : [];
        // Even if some text were not escaped, only scripts with these digests would run. Inline styles are allowed,
        // because charts set styles on their elements.
        var allowed =
            scripts.Count == 0
                ? "'none'"
                : string.Join(
                    ' ',
                    scripts.Select(script =>
                        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'"
                    )
                );
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
                    + "style-src 'unsafe-inline'; script-src "
            )
            .Append(allowed)
            .Append("\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(Html.From($"<title>{_title}</title>\n"));
        page.Append("<style>\n").Append(ReportResources.Style).Append("</style>\n</head>\n<body>\n").Append(body);
        foreach (var script in scripts)
            page.Append("<script>").Append(script).Append("</script>\n");
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>Writes the file atomically.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="IOException">The file cannot be written; the message names the folder and a remedy.</exception>
    public void Write(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(Render());
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private string Body()
    {
        var body = new StringBuilder();
        body.Append(Html.From($"<h1>{_title}</h1>\n"));
        if (_summary.Length > 0)
            body.Append(Html.From($"<p>{_summary}</p>\n"));
        if (_sections.Count > 1)
        {
            var entries = Html.Join(
                _sections.Select((section, i) => Html.From($"<li><a href=\"#s{i}\">{section.Heading}</a></li>"))
            );
            body.Append(Html.From($"<nav><ul>{entries}</ul></nav>\n"));
        }

        foreach (var (i, (heading, content)) in _sections.Index())
            body.Append(Html.From($"<section id=\"s{i}\">\n<h2>{heading}</h2>\n{content}\n</section>\n"));
        if (!Footer.IsEmpty)
            body.Append(Html.From($"<footer>{Footer}</footer>\n"));
        return body.ToString();
    }
}
