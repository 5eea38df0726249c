namespace Graft.Reports;

/// <summary>A labelled share below a photo: a class and its probability.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Share">How much, 0 to 1.</param>
/// <param name="IsTrue">Whether it is set off from the others: the true class.</param>
public readonly record struct ImageBar(string Label, double Share, bool IsTrue = false);

/// <summary>A photo with what is to be said of it.</summary>
/// <param name="Picture">The picture; null where it cannot be shown.</param>
/// <param name="Title">What it is called.</param>
public sealed record ImageCard(ImageThumbnail? Picture, string Title)
{
    /// <summary>What is said below the title.</summary>
    public Html Caption { get; init; }

    /// <summary>Shares below the caption, as the five likeliest classes.</summary>
    public IReadOnlyList<ImageBar> Bars { get; init; } = [];

    /// <summary>More pictures of the same photo beside it, as a heat map.</summary>
    public IReadOnlyList<ImageThumbnail> More { get; init; } = [];
}

/// <summary>Photos side by side, as many in a row as the page is wide.</summary>
public static class ImageGrid
{
    /// <summary>Makes a grid.</summary>
    /// <param name="cards">The photos.</param>
    public static Html Create(IEnumerable<ImageCard> cards)
    {
        ArgumentNullException.ThrowIfNull(cards);
        return Html.From($"<div class=\"photos\">{Html.Join(cards.Select(Card))}</div>\n");
    }

    /// <summary>Makes a frame around photos that belong together.</summary>
    /// <param name="heading">What they have in common.</param>
    /// <param name="cards">The photos.</param>
    public static Html Group(Html heading, IEnumerable<ImageCard> cards) =>
        Html.From($"<div class=\"group\"><p>{heading}</p>{Create(cards)}</div>\n");

    /// <summary>Puts framed groups of few photos beside each other.</summary>
    /// <param name="groups">What <see cref="Group"/> made.</param>
    public static Html Groups(IEnumerable<Html> groups) =>
        Html.From($"<div class=\"groups\">{Html.Join(groups)}</div>\n");

    private static Html Card(ImageCard card)
    {
        var pictures = card.Picture is null
            ? Html.From($"<div class=\"missing\">cannot be shown</div>")
            : Html.Join(card.More.Prepend(card.Picture).Select(picture => Picture(picture, card.Title)));
        var caption = card.Caption.IsEmpty ? Html.Empty : Html.From($"<div>{card.Caption}</div>");
        return Html.From(
            $"<div class=\"photo\">{pictures}<div "
                + $"class=\"title\">{card.Title}</div>{caption}{Html.Join(card.Bars.Select(Bar))}</div>\n"
        );
    }

    private static Html Picture(ImageThumbnail picture, string title) =>
        picture.IsSmall
            ? Html.From($"<img class=\"small\" loading=\"lazy\" alt=\"{title}\" src=\"{picture.DataUri}\">")
            : Html.From($"<img loading=\"lazy\" alt=\"{title}\" src=\"{picture.DataUri}\">");

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
