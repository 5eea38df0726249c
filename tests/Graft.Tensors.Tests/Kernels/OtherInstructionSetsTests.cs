using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Graft.Tensors.Tests.Kernels;

/// <summary>The kernel tests again in processes that may not use what this processor has.</summary>
[Trait("Category", "Slow")]
public sealed partial class OtherInstructionSetsTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Kernels_are_right_without(string variable)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "exec",
                typeof(OtherInstructionSetsTests).Assembly.Location,
                "-trait",
                "Category=Kernels",
                "-noLogo",
                "-noColor",
            },
            Environment = { [variable] = "0" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, $"{variable}=0: exit code {process.ExitCode}\n{output}\n{await errors}");
        var summary = Summary().Match(output);
        Assert.True(summary.Success, output);
        Assert.True(int.Parse(summary.Groups[1].Value) > 50, output);
        Assert.Equal("0", summary.Groups[2].Value);
    }

    [GeneratedRegex(@"Total: (\d+), Errors: \d+, Failed: \d+, Skipped: (\d+)")]
    private static partial Regex Summary();
}
