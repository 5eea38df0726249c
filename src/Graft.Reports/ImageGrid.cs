namespace Graft.Reports;

/// <summary>A labelled bar below an image, for example a class and its probability.</summary>
/// <param name="Label">The label.</param>
/// <param name="Share">The length of the bar, 0 to 1.</param>
/// <param name="IsTrue">Whether the bar is highlighted as the true class.</param>
public readonly record struct ImageBar(string Label, double Share, bool IsTrue = false);

/// <summary>An image with a title, a caption and bars.</summary>
/// <param name="Thumbnail">The thumbnail; null if the image cannot be shown.</param>
/// <param name="Title">The title.</param>
public sealed record ImageCard(ImageThumbnail? Thumbnail, string Title)
{
    /// <summary>The caption below the title.</summary>
    public Html Caption { get; init; }

    /// <summary>Bars below the caption, for example the five likeliest classes.</summary>
    public IReadOnlyList<ImageBar> Bars { get; init; } = [];

    /// <summary>Further thumbnails beside the first, for example a heat map.</summary>
    public IReadOnlyList<ImageThumbnail> More { get; init; } = [];
}

/// <summary>A grid of images that adapts to the width of the page.</summary>
public static class ImageGrid
{
    /// <summary>Creates a grid.</summary>
    /// <param name="cards">The images.</param>
    public static Html Create(IEnumerable<ImageCard> cards)
    {
        ArgumentNullException.ThrowIfNull(cards);
        return Html.From($"<div class=\"photos\">{Html.Join(cards.Select(Card))}</div>\n");
    }

    /// <summary>Creates a frame around images that belong together.</summary>
    /// <param name="heading">The heading of the group.</param>
    /// <param name="cards">The images.</param>
    public static Html Group(Html heading, IEnumerable<ImageCard> cards) =>
        Html.From($"<div class=\"group\"><p>{heading}</p>{Create(cards)}</div>\n");

    /// <summary>Places small groups side by side.</summary>
    /// <param name="groups">Groups created by <see cref="Group"/>.</param>
    public static Html Groups(IEnumerable<Html> groups) =>
        Html.From($"<div class=\"groups\">{Html.Join(groups)}</div>\n");

    private static Html Card(ImageCard card)
    {
        var thumbnails = card.Thumbnail is null
            ? Html.From($"<div class=\"missing\">cannot be shown</div>")
            : Html.Join(card.More.Prepend(card.Thumbnail).Select(thumbnail => Image(thumbnail, card.Title)));
        var caption = card.Caption.IsEmpty ? Html.Empty : Html.From($"<div>{card.Caption}</div>");
        return Html.From(
            $"<div class=\"photo\">{thumbnails}<div "
                + $"class=\"title\">{card.Title}</div>{caption}{Html.Join(card.Bars.Select(Bar))}</div>\n"
        );
    }

    private static Html Image(ImageThumbnail thumbnail, string title) =>
        thumbnail.IsSmall
            ? Html.From($"<img class=\"small\" loading=\"lazy\" alt=\"{title}\" src=\"{thumbnail.DataUri}\">")
            : Html.From($"<img loading=\"lazy\" alt=\"{title}\" src=\"{thumbnail.DataUri}\">");

    private static Html Bar(ImageBar bar)
    {
        var width = Math.Clamp(100 * bar.Share, 0, 100);
        return bar.IsTrue
            ? Html.From(
                $"<div class=\"bar true\"><i "
                    + $"style=\"width:{width:0.0}%\"></i><span>{bar.Label}</span><span>{100 * bar.Share:0.0} "
                    + $"%</span></div>"
            )
            : Html.From(
                $"<div class=\"bar\"><i "
                    + $"style=\"width:{width:0.0}%\"></i><span>{bar.Label}</span><span>{100 * bar.Share:0.0} "
                    + $"%</span></div>"
            );
    }
}
