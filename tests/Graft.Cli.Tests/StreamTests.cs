using System.Diagnostics;
using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>What goes to which stream of a real process.</summary>
public sealed class StreamTests : IDisposable
{
    private const char Escape = '\u001b';

    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("models list")]
    [InlineData("models info resnet50")]
    [InlineData("models remove resnet50")]
    [InlineData("features status")]
    [InlineData("features prune --all")]
    public void Json_is_one_document_and_nothing_else(string line)
    {
        var result = GraftProcess.Run([.. line.Split(' '), "--json"], _home.Path);

        using var document = JsonDocument.Parse(result.Succeeded());
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Models_that_are_not_here_are_told_without_the_network()
    {
        using var document = JsonDocument.Parse(GraftProcess.Run(["models", "list", "--json"], _home.Path).Succeeded());

        var model = document
            .RootElement.EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == "resnet50");
        Assert.Equal(224, model.GetProperty("inputWidth").GetInt32());
        var weights = model.GetProperty("weights")[0];
        Assert.False(weights.GetProperty("pulled").GetBoolean());
        Assert.StartsWith(_home.Path, weights.GetProperty("folder").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("train --help")]
    [InlineData("models list")]
    [InlineData("models info resnet50")]
    [InlineData("features status")]
    [InlineData("train nowhere")]
    public void Redirected_output_has_no_escape_codes(string line)
    {
        var result = GraftProcess.Run(line.Split(' '), _home.Path);

        Assert.DoesNotContain(Escape, result.Output);
        Assert.DoesNotContain(Escape, result.Error);
    }

    [Fact]
    public void Looking_at_the_feature_store_does_not_make_one()
    {
        GraftProcess.Run(["features", "status"], _home.Path).Succeeded();

        Assert.Empty(Directory.GetFileSystemEntries(_home.Path));
    }

    [Fact]
    public async Task A_reader_that_leaves_early_is_no_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a POSIX shell.");
        var start = new ProcessStartInfo("sh")
        {
            ArgumentList = { "-c", $"(dotnet '{GraftProcess.Assembly}' train --help; echo code $? >&2) | head -1" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var shell = Process.Start(start)!;
        var error = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("code 0", (await error).Trim());
    }

    [Fact]
    public void Messages_go_to_standard_error_and_the_code_tells_failure()
    {
        var result = GraftProcess.Run(["train", "nowhere"], _home.Path);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("graft: ", result.Error, StringComparison.Ordinal);
    }
}
