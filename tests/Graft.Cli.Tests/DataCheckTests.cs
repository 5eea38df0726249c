using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

public sealed class DataCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Findings_are_told_and_strict_makes_them_an_error()
    {
        foreach (var split in new[] { "train", "validation" })
            SyntheticPhotos.WriteDataset(_folder[$"data/{split}"], 8, seed: split.Length);
        File.Copy(_folder["data/train/striped/0003.png"], _folder["data/validation/striped/copy.png"]);
        var page = _folder["check.html"];
        var result = InProcess.Run(
            "data",
            "check",
            _folder["data"],
            "--without-features",
            "--json",
            "--strict",
            "--report",
            page
        );
        Assert.Equal(1, result.ExitCode);
        var report = JsonDocument.Parse(result.Output).RootElement;
        var leak = Assert.Single(report.GetProperty("leaks").EnumerateArray(), item =>
            item.GetProperty("kind").GetString() == "Exact"
        );
        Assert.Equal("train/striped/0003.png", leak.GetProperty("train").GetString());
        Assert.Equal("validation/striped/copy.png", leak.GetProperty("validation").GetString());
        Assert.Equal(0, leak.GetProperty("distance").GetDouble());
        Assert.False(leak.TryGetProperty("test", out _));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("suspectedLabels").ValueKind);
        Assert.Equal(page, report.GetProperty("report").GetString());
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(page), StringComparison.Ordinal);

        var text = InProcess.Run("data", "check", _folder["data"], "--without-features");
        Assert.Equal(0, text.ExitCode);
        Assert.Contains(
            "train/striped/0003.png = validation/striped/copy.png  (the same file)",
            text.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("mend  ", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_divided_folder_has_no_leak_any_more()
    {
        SyntheticPhotos.WriteDataset(_folder["data"], 12, seed: 1);
        File.Copy(_folder["data/checked/0000.png"], _folder["data/checked/copy.png"]);
        var split = InProcess.Run(
            "data",
            "split",
            _folder["data"],
            "--without-features",
            "--ratios",
            "50/25/25",
            "--seed",
            "4",
            "--output",
            _folder["list.csv"],
            "--json"
        );
        Assert.Equal(0, split.ExitCode);
        var classes = JsonDocument.Parse(split.Output).RootElement.GetProperty("classes");
        Assert.Equal(12, classes.GetProperty("striped").EnumerateObject().Sum(item => item.Value.GetInt32()));
        var check = InProcess.Run("data", "check", _folder["list.csv"], "--without-features", "--json");
        Assert.Empty(JsonDocument.Parse(check.Output).RootElement.GetProperty("leaks").EnumerateArray());
    }

    [Theory]
    [InlineData("data split d", "--output")]
    [InlineData("data split d --output o --ratios 50/50/50", "add up to 150")]
    [InlineData("data split d --output o --ratios half", "80/20 or 50/25/25")]
    [InlineData("data split d --output o --ratios 0/50/50", "more than 0")]
    [InlineData("data split d --output o --ratios 100", "80/20 or 50/25/25")]
    [InlineData("data check d --raport x", "Did you mean '--report'?")]
    public void Wrong_options_are_told_with_what_is_right(string line, string expected)
    {
        var result = InProcess.Run(line.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_manifest_is_an_error_that_names_the_line()
    {
        File.WriteAllText(_folder["list.csv"], "path,label\nnowhere.jpg,a\n");
        foreach (var command in new[] { "check", "split" })
        {
            string[] output = command == "split" ? ["--output", _folder["out"]] : [];
            var result = InProcess.Run(["data", command, _folder["list.csv"], .. output]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("'nowhere.jpg' (line 2)", result.Error, StringComparison.Ordinal);
        }
    }
}
