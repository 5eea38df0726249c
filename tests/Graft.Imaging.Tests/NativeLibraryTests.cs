using System.Diagnostics;

namespace Graft.Imaging.Tests;

public sealed class NativeLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-imaging-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Libvips_lies_beside_the_program() =>
        Assert.NotEmpty(
            Directory.GetFiles(
                Path.Combine(AppContext.BaseDirectory, "runtimes"),
                "libvips*42*",
                SearchOption.AllDirectories
            )
        );

    /// <summary>
    /// Runs one test in a copy of this program that lacks the library; it must fail, and say what helps.
    /// </summary>
    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_missing_libvips_is_an_error_that_says_what_to_install()
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        var program = Path.Combine(_folder, Path.GetFileName(typeof(NativeLibraryTests).Assembly.Location));
        var test = $"{typeof(LoaderTests).FullName}.{nameof(LoaderTests.The_version_names_library_and_revision)}";
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", ["exec", program, "-method", test, "-noColor"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        if (output.Contains("Total: 1, Errors: 0, Failed: 0", StringComparison.Ordinal))
            Assert.Skip("This system has a libvips of its own, which the copy uses.");
        Assert.Contains("System.DllNotFoundException", output, StringComparison.Ordinal);
        Assert.Contains("Cannot load the image library libvips", output, StringComparison.Ordinal);
        Assert.Contains("Build or install Graft again", output, StringComparison.Ordinal);
        Assert.Contains("apt install libvips42", output, StringComparison.Ordinal);
    }
}
