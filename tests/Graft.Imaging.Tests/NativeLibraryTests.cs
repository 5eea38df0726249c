using System.Diagnostics;
using System.Runtime.CompilerServices;
using NetVips;

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
        var (output, _) = await Run(program, test);

        if (output.Contains("Total: 1, Errors: 0, Failed: 0", StringComparison.Ordinal))
            Assert.Skip("This system has a libvips of its own, which the copy uses.");
        Assert.Contains("System.DllNotFoundException", output, StringComparison.Ordinal);
        Assert.Contains("Cannot load the image library libvips", output, StringComparison.Ordinal);
        Assert.Contains("Build or install Graft again", output, StringComparison.Ordinal);
        Assert.Contains("apt install libvips42", output, StringComparison.Ordinal);
    }

    /// <summary>libvips has warnings for each of these files, and prints them unless it is told not to.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public async Task Damaged_files_write_nothing_to_standard_error()
    {
        var test = $"{typeof(BadInputTests).FullName}.{nameof(BadInputTests.A_truncated_file_is_an_error)}";
        var (output, errors) = await Run(typeof(NativeLibraryTests).Assembly.Location, test);
        Assert.Contains("Total: 6, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
        Assert.Empty(errors);
    }

    [Fact]
    public void Libvips_cannot_load_formats_that_Graft_does_not_read()
    {
        Assert.NotEmpty(ImageDecoder.Version);
        LoadSvg();
    }

    /// <summary>NetVips starts when a method that mentions it is compiled; Graft must be first.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoadSvg() =>
        Assert.Throws<VipsException>(() =>
            Image.NewFromBuffer("<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>").Dispose()
        );

    /// <summary>Runs one test in a process of its own.</summary>
    private static async Task<(string Output, string Errors)> Run(string program, string test)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", program, "-method", test, "-noColor"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("VIPS_WARNING");
        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (await output, errors);
    }
}
