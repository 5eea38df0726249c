namespace Graft.Reports;

/// <summary>The most important figures of a report.</summary>
public static class HeadlineFigures
{
    /// <summary>Creates a row of figures.</summary>
    /// <param name="figures">The figures, each with its meaning.</param>
    public static Html Create(params ReadOnlySpan<(string Figure, string Meaning)> figures)
    {
        var boxes = new List<Html>(figures.Length);
        foreach (var (figure, meaning) in figures)
            boxes.Add(Html.From($"<div><b>{figure}</b><span>{meaning}</span></div>"));
        return Html.From($"<div class=\"figures\">{Html.Join(boxes)}</div>\n");
    }
}
