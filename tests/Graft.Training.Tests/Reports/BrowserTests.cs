using System.Diagnostics;
using System.Text.RegularExpressions;
using Graft.Training.Reports;

namespace Graft.Training.Tests.Reports;

/// <summary>Opens pages in a real browser, where there is one.</summary>
[Trait("Category", "Slow")]
public sealed class BrowserTests
{
    [Fact]
    public void Charts_are_drawn_and_nothing_of_a_name_runs()
    {
        Assert.SkipUnless(ReportResources.HasCharts, "Built without charts.");
        using var folder = new TemporaryFolder();
        var path = folder["report.html"];
        HtmlPageTests.Sample().Write(path);
        var (document, log) = Open(path, folder["profile"]);
        Assert.Equal(3, Regex.Count(document, "data-state=\"drawn\""));
        Assert.Equal(3, Regex.Count(document, "<svg[^>]*class=\"marks\""));
        Assert.DoesNotContain("data-state=\"failed\"", document, StringComparison.Ordinal);
        Assert.DoesNotContain("<title>broken", document, StringComparison.Ordinal);
        Assert.DoesNotContain("CONSOLE", log, StringComparison.Ordinal);
    }

    /// <summary>The document after its scripts have run, and what the browser's console says.</summary>
    private static (string Document, string Log) Open(string path, string profile)
    {
        var browser = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "No Chromium on this machine.");
        var start = new ProcessStartInfo(browser!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", $"--user-data-dir={profile}", "--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom", new Uri(path).AbsoluteUri },
        };
        using var process = Process.Start(start)!;
        var log = process.StandardError.ReadToEndAsync();
        var document = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), "The browser does not end.");
        return (document, log.Result);
    }
}
