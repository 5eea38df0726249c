using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Graft.Testing;

namespace Graft.Architecture.Tests;

public sealed partial class ProjectTests
{
    /// <summary>Each project may reference those before it.</summary>
    private static readonly string[] Order =
    [
        "Graft.Tensors",
        "Graft.Layers",
        "Graft.Weights",
        "Graft.Imaging",
        "Graft.Models",
        "Graft.Engines",
        "Graft.OnnxRuntime",
        "Graft.Classification",
        "Graft.Data",
        "Graft.Features",
        "Graft.Learning",
        "Graft.Reports",
        "Graft.Training",
        "Graft.Cli",
    ];

    [Fact]
    public void Projects_reference_only_those_before_them()
    {
        var projects = Directory.GetFiles(
            Path.Combine(RepositoryRoot.Path, "src"),
            "*.csproj",
            SearchOption.AllDirectories
        );
        Assert.Equal(
            Order.Order(StringComparer.Ordinal),
            projects.Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)
        );
        foreach (var project in projects)
        {
            var place = Array.IndexOf(Order, Path.GetFileNameWithoutExtension(project));
            var references = XDocument
                .Load(project)
                .Descendants("ProjectReference")
                .Select(reference =>
                    Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
                );
            Assert.All(references, reference => Assert.Contains(reference, Order[..place]));
        }
    }

    [Fact]
    public void Nothing_but_the_command_line_writes_to_the_console()
    {
        var sources = Sources("src/")
            .Where(path => !path.StartsWith("src/Graft.Cli/", StringComparison.Ordinal))
            .ToArray();
        Assert.True(sources.Length > 50);
        Assert.DoesNotContain(sources, path => CodeLines(path).Any(line => ConsoleUse().IsMatch(line)));
    }

    [Fact]
    public void No_source_file_is_longer_than_600_lines() =>
        Assert.DoesNotContain(Sources(""), path =>
            File.ReadLines(Path.Combine(RepositoryRoot.Path, path)).Count() > 600
        );

    /// <summary>The schema of the feature store is stored as it is written, and cannot be wrapped.</summary>
    [Fact]
    public void No_line_of_the_libraries_is_longer_than_120_columns() =>
        Assert.Equal(
            ["src/Graft.Features/Storage/FeatureDatabase.cs"],
            Sources("src/")
                .Where(path => File.ReadLines(Path.Combine(RepositoryRoot.Path, path)).Any(line => line.Length > 120))
        );

    [Fact]
    public void No_file_has_a_name_that_says_nothing() =>
        Assert.DoesNotContain(Sources(""), path => EmptyName().IsMatch(Path.GetFileNameWithoutExtension(path)));

    [Theory]
    [InlineData("Console.WriteLine(1);", true)]
    [InlineData("System.Console.Error.Write(1);", true)]
    [InlineData("using static System.Console;", true)]
    [InlineData("AnsiConsole.Write(1);", true)]
    [InlineData("var consoleWidth = 1;", false)]
    public void The_console_is_recognised(string code, bool isUse) => Assert.Equal(isUse, ConsoleUse().IsMatch(code));

    /// <summary>Tracked C# files below a folder; all of them where git is not there to ask.</summary>
    private static string[] Sources(string folder)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = RepositoryRoot.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "ls-files", "-z", "--", "*.cs" },
        };
        string[] files = [];
        try
        {
            using var git = Process.Start(start)!;
            var errors = git.StandardError.ReadToEndAsync();
            files = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            errors.Wait();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git on this machine.
        }

        if (files.Length == 0)
        {
            files =
            [
                .. new[] { "src", "tests" }
                    .SelectMany(part =>
                        Directory.GetFiles(Path.Combine(RepositoryRoot.Path, part), "*.cs", SearchOption.AllDirectories)
                    )
                    .Select(path => Path.GetRelativePath(RepositoryRoot.Path, path).Replace('\\', '/')),
            ];
        }

        files = [.. files.Where(path => File.Exists(Path.Combine(RepositoryRoot.Path, path)))];
        Assert.True(files.Length > 100);
        return [.. files.Where(path => path.StartsWith(folder, StringComparison.Ordinal))];
    }

    /// <summary>The lines that are not comments: documentation shows how callers print a result.</summary>
    private static IEnumerable<string> CodeLines(string path) =>
        File.ReadLines(Path.Combine(RepositoryRoot.Path, path))
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    [GeneratedRegex(@"\b(Ansi)?Console\s*\.|\busing\s+static\s+System\.Console\b")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex("(Helpers?|Utils?|Utilities|Common|Managers?)$")]
    private static partial Regex EmptyName();
}
