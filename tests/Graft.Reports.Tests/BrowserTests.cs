using System.Text.RegularExpressions;
using Graft.Testing;

namespace Graft.Reports.Tests;

/// <summary>Opens pages in a real browser, where there is one.</summary>
[Trait("Category", "Slow")]
public sealed class BrowserTests
{
    [Fact]
    public void Charts_are_drawn_and_nothing_of_a_name_runs()
    {
        using var folder = new TemporaryFolder();
        var path = folder["report.html"];
        HtmlPageTests.Sample().Write(path);
        var (document, log) = Browser.Open(path, folder["profile"]);
        Assert.Equal(3, Regex.Count(document, "data-state=\"drawn\""));
        Assert.Equal(3, Regex.Count(document, "<svg[^>]*class=\"marks\""));
        Assert.DoesNotContain("data-state=\"failed\"", document, StringComparison.Ordinal);
        Assert.DoesNotContain("<title>broken", document, StringComparison.Ordinal);
        Assert.DoesNotContain("CONSOLE", log, StringComparison.Ordinal);
    }
}
