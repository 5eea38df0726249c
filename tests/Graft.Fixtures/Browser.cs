using System.Diagnostics;

namespace Graft.Fixtures;

/// <summary>A real browser, where there is one; where there is none, tests that need it are skipped.</summary>
public static class Browser
{
    /// <summary>The document after its scripts have run, and what the browser's console says.</summary>
    public static (string Document, string Log) Open(string path, string profile)
    {
        var browser = new[]
        {
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
        }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(browser is null, "No Chromium on this machine.");
        var start = new ProcessStartInfo(browser!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                $"--user-data-dir={profile}",
                "--enable-logging=stderr",
                "--virtual-time-budget=20000",
                "--dump-dom",
                new Uri(path).AbsoluteUri,
            },
        };
        using var process = Process.Start(start)!;
        var log = process.StandardError.ReadToEndAsync();
        var document = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), "The browser does not end.");
        return (document, log.Result);
    }
}
