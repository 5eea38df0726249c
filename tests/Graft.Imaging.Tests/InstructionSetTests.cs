using System.Diagnostics;

namespace Graft.Imaging.Tests;

public class InstructionSetTests
{
    /// <summary>
    /// The resize tests once more, in a process of their own, because instruction sets are chosen when it starts.
    /// </summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Resizing_equals_Pillow_without(string instructions)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "exec",
                typeof(InstructionSetTests).Assembly.Location,
                "-class",
                typeof(ResizeTests).FullName!,
                "-noColor",
            },
            Environment = { [instructions] = "0" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains($"Total: {ResizeTests.Cases().Count}, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
    }
}
