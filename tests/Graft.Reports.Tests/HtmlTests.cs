using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Graft.Reports.Tests;

public sealed class HtmlTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"quoted\" and 'quoted' & so on")]
    [InlineData("photo \U0001F984 n\u00E4me.jpg")]
    [InlineData("' onerror='alert(1)")]
    public void Text_stays_text_in_elements_and_attributes(string text)
    {
        var element = XElement.Parse(Html.From($"<p title=\"{text}\" lang='{text}'>{text}</p>").ToString());
        Assert.Equal(text, element.Value);
        Assert.Equal(text, element.Attribute("title")!.Value);
        Assert.Equal(text, element.Attribute("lang")!.Value);
        Assert.Empty(element.Elements());
    }

    [Fact]
    public void Any_text_of_printable_characters_comes_back()
    {
        var texts = ArbMap
            .Default.ArbFor<string>()
            .Filter(text => text is not null && text.All(c => c >= ' ' && !char.IsSurrogate(c) && c < '\uFFFE'));
        Prop.ForAll(texts, text =>
                XElement.Parse(Html.From($"<p title=\"{text}\">{text}</p>").ToString(), LoadOptions.PreserveWhitespace)
                    is var element
                && element.Value == text
                && element.Attribute("title")!.Value == text
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Pieces_are_not_escaped_twice_and_numbers_know_no_culture()
    {
        var piece = Html.Text("a<b");
        Assert.Equal("<i>a&lt;b</i>1234.50", Html.From($"<i>{piece}</i>{1234.5:0.00}").ToString());
        Assert.Equal("a&lt;ba&lt;b", Html.Join(piece, piece).ToString());
        Assert.True(Html.Empty.IsEmpty);
        Assert.Equal("", Html.From($"{Html.Empty}{null}").ToString());
    }

    [Fact]
    public void A_row_of_another_length_is_refused() =>
        Assert.Throws<ArgumentException>(() =>
            ReportTable.Create(
                [new("a"), new("b")],
                [
                    [Html.Text("1")],
                ]
            )
        );
}
