namespace Graft.Reports;

/// <summary>The few figures that are read first.</summary>
public static class HeadlineFigures
{
    /// <summary>Makes a row of figures.</summary>
    /// <param name="figures">Each figure and what it is.</param>
    public static Html Create(params ReadOnlySpan<(string Figure, string Meaning)> figures)
    {
        var boxes = new List<Html>(figures.Length);
        foreach (var (figure, meaning) in figures)
            boxes.Add(Html.From($"<div><b>{figure}</b><span>{meaning}</span></div>"));
        return Html.From($"<div class=\"figures\">{Html.Join(boxes)}</div>\n");
    }
}
