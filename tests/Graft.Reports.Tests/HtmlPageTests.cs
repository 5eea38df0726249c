using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Graft.Testing;

namespace Graft.Reports.Tests;

public sealed partial class HtmlPageTests
{
    private const string Nasty =
        "</script><script>document.title='broken'</script><img src=x onerror=alert(1)> \"'\U0001F984";

    /// <summary>A page with one of everything, with a name that tries to break out of it everywhere.</summary>
    internal static HtmlPage Sample()
    {
        var thumbnails = new ImageThumbnails(side: 64);
        using var picture = SampleImages.Image(1, 3, 200, 100);
        var page = new HtmlPage($"Report {Nasty}", Nasty) { Footer = Html.Text(Nasty) };
        page.Add("Figures", HeadlineFigures.Create(("97.5 %", Nasty)));
        page.Add(
            $"Charts {Nasty}",
            Html.Join(
                BarChart
                    .Create(
                        $"Images of each class {Nasty}",
                        "images",
                        [new(Nasty, 3, "train"), new(Nasty, 2, "test"), new("cat", 5, "train")]
                    )
                    .ToHtml(),
                BarChart
                    .Create("Many", "images", [.. Enumerable.Range(0, 1000).Select(i => new Bar($"class {i}", i))])
                    .ToHtml(),
                PointChart
                    .Create(
                        "Points",
                        [new(1, 2, Nasty, Nasty, thumbnails.OfPicture(picture).DataUri), new(2, 3, "cat", "b.jpg")]
                    )
                    .ToHtml()
            )
        );
        page.Add(
            "Photos",
            ImageGrid.Group(
                Html.Text(Nasty),
                [
                    new ImageCard(thumbnails.OfPicture(picture), Nasty)
                    {
                        Caption = Html.Text(Nasty),
                        Bars = [new(Nasty, 0.75, IsTrue: true), new("dog", 0.25)],
                    },
                    new ImageCard(null, "missing"),
                ]
            )
        );
        return page;
    }

    [Fact]
    public void Nothing_that_a_name_says_becomes_markup()
    {
        var text = Sample().Render();
        Assert.Equal(ReportResources.ChartScripts.Count + 3, Regex.Count(text, "<script"));
        Assert.Equal(Regex.Count(text, "<script"), Regex.Count(text, "</script"));
        Assert.DoesNotContain("<img src=x", text, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere()
    {
        var text = Sample().Render();
        foreach (var script in ReportResources.ChartScripts)
            text = text.Replace(script, "", StringComparison.Ordinal);
        Assert.All(Sources().Matches(text), match =>
            Assert.StartsWith("data:image/jpeg;base64,", match.Groups[1].Value, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("@import", text, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_charts_data_come_back_as_they_were()
    {
        var html = BarChart.Create("description", "images", [new(Nasty, 3)]).ToHtml().ToString();
        var json = Regex
            .Match(html, "<script type=\"application/json\">(.*?)</script>", RegexOptions.Singleline)
            .Groups[1]
            .Value;
        var value = JsonNode.Parse(json)!["data"]!["values"]![0]!;
        Assert.Equal(Nasty, value["category"]!.GetValue<string>());
        Assert.Equal(3, value["value"]!.GetValue<double>());
    }

    [Fact]
    public void A_page_without_charts_carries_no_scripts()
    {
        var page = new HtmlPage("Plain");
        page.Add("One", Html.From($"<p>text</p>"));
        var text = page.Render();
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.True(text.Length < 10_000);
    }

    [Fact]
    public void Photos_become_small_jpegs_and_unreadable_ones_nothing()
    {
        using var folder = new TemporaryFolder();
        var photo = folder.PutImage("a.png", 2, 1, 300, 150);
        var thumbnails = new ImageThumbnails(side: 100);
        var made = thumbnails.OfFile(photo)!;
        var bytes = Convert.FromBase64String(made.DataUri["data:image/jpeg;base64,".Length..]);
        var info = new Graft.Imaging.ImageDecoder().Probe(bytes, "thumbnail");
        Assert.Equal((100, 50, Graft.Imaging.ImageFormat.Jpeg), (info.Width, info.Height, info.Format));
        Assert.False(made.IsSmall);
        Assert.Same(made, thumbnails.OfFile(photo));
        Assert.Null(thumbnails.OfFile(folder.Put("broken.jpg")));
        Assert.Null(thumbnails.OfFile(folder["missing.jpg"]));
    }

    [GeneratedRegex("(?:src|href)=\"([^\"#][^\"]*)\"")]
    private static partial Regex Sources();
}
