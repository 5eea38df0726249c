using System.Collections.Immutable;
using Graft.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Graft.Architecture.Tests;

/// <summary>Compiles the C# code blocks of README.md and of docs as programs of their own.</summary>
public sealed class DocumentCodeTests
{
    /// <summary>What the SDK adds to a console project with implicit usings.</summary>
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    private static readonly ImmutableArray<MetadataReference> References = FindReferences();

    [Fact]
    public void Every_block_of_the_documents_compiles()
    {
        string[] documents =
        [
            Path.Combine(RepositoryRoot.Path, "README.md"),
            .. Directory
                .GetFiles(Path.Combine(RepositoryRoot.Path, "docs"), "*.md", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal),
        ];
        var blocks = documents
            .SelectMany(path =>
                Blocks(Path.GetRelativePath(RepositoryRoot.Path, path).Replace('\\', '/'), File.ReadAllText(path))
            )
            .ToArray();
        Assert.Contains(blocks, block => block.File == "README.md");
        Assert.Contains(blocks, block => block.File == "docs/getting-started.md");
        Assert.Contains(blocks, block => block.File == "docs/adding/model.md");

        var errors = blocks.SelectMany(Errors).ToArray();
        Assert.True(errors.Length == 0, string.Join('\n', errors));
    }

    [Fact]
    public void An_error_names_the_file_the_line_and_the_message()
    {
        var block = Assert.Single(Blocks("a.md", "Text.\n\n```csharp\nvar one = 1;\nvar two = missing;\n```\n"));
        var error = Assert.Single(Errors(block));
        Assert.StartsWith("a.md:5: error CS0103: ", error);
        Assert.Contains("missing", error);
    }

    [Fact]
    public void A_missing_using_is_an_error()
    {
        const string code = "using var classifier = Classifier.Load(\"model.onnx\");\n";
        Assert.NotEmpty(Errors(new("a.md", 1, code)));
        Assert.Empty(Errors(new("a.md", 1, "using Graft.Classification;\n" + code)));
    }

    private static IEnumerable<Block> Blocks(string file, string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            if (lines[index].Trim() != "```csharp")
            {
                continue;
            }

            var first = index + 1;
            var length = lines.Skip(first).TakeWhile(line => line.Trim() != "```").Count();
            yield return new(file, first + 1, string.Join('\n', lines[first..(first + length)]) + "\n");
            index = first + length;
        }
    }

    private static IEnumerable<string> Errors(Block block)
    {
        var compilation = CSharpCompilation.Create(
            "Document",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, Parsing), CSharpSyntaxTree.ParseText(block.Code, Parsing)],
            References,
            // A block that only declares types has no entry point; every other one is a program.
            new CSharpCompilationOptions(
                HasStatements(block.Code) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        return compilation
            .GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic =>
            {
                var line = block.Line + diagnostic.Location.GetLineSpan().StartLinePosition.Line;
                var message = diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
                return $"{block.File}:{line}: error {diagnostic.Id}: {message}";
            });
    }

    private static bool HasStatements(string code) =>
        CSharpSyntaxTree
            .ParseText(code, Parsing)
            .GetRoot()
            .ChildNodes()
            .Any(node => node.IsKind(SyntaxKind.GlobalStatement));

    /// <summary>The runtime's assemblies and Graft's, all of which lie in the tests' output folder.</summary>
    private static ImmutableArray<MetadataReference> FindReferences()
    {
        var runtime = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal));
        var graft = Directory
            .GetFiles(AppContext.BaseDirectory, "Graft.*.dll")
            .Where(path => !Path.GetFileName(path).Contains("Test", StringComparison.Ordinal));
        return [.. runtime.Concat(graft).Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))];
    }

    private sealed record Block(string File, int Line, string Code);
}
