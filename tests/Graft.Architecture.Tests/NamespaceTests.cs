using Graft.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Graft.Architecture.Tests;

/// <summary>No namespaces of the libraries form a cycle: each can be read without those that build on it.</summary>
public sealed class NamespaceTests
{
    private static readonly string[] ImplicitUsings =
    [
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net.Http",
        "System.Threading",
        "System.Threading.Tasks",
    ];

    [Fact]
    public void Namespaces_form_no_cycle()
    {
        var source = Path.Combine(RepositoryRoot.Path, "src");
        var files = Directory
            .GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "Program.cs")
            .ToDictionary(path => Path.GetRelativePath(source, path), File.ReadAllText);
        Assert.True(files.Count > 300);
        var uses = Uses(files);
        Assert.True(uses.Count > 300);
        Assert.Equal([], Cycle(uses));
    }

    [Fact]
    public void A_cycle_is_found()
    {
        var uses = Uses(
            new Dictionary<string, string>
            {
                ["a.cs"] = "namespace Graft.A; public class One { public Graft.B.Two? Other; }",
                ["b.cs"] = "namespace Graft.B; public class Two { public static int Count(Graft.C.Three of) => 1; }",
                ["c.cs"] =
                    "using Graft.A; namespace Graft.C; public class Three { public object Make() => new One(); }",
                ["d.cs"] = "using Graft.A; namespace Graft.D; public class Four : One;",
            }
        );
        Assert.Equal(
            ["Graft.A -> Graft.B (a.cs uses Two)", "Graft.B -> Graft.C (b.cs uses Three)"],
            Cycle(uses).Take(2)
        );
        Assert.Equal([], Cycle([.. uses.Where(use => use.From != "Graft.C")]));
    }

    /// <summary>Which namespace uses which, with one place of each use.</summary>
    private static List<NamespaceUse> Uses(IReadOnlyDictionary<string, string> files)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var trees = files
            .Select(file => CSharpSyntaxTree.ParseText(file.Value, options, file.Key))
            .Append(
                CSharpSyntaxTree.ParseText(
                    string.Concat(ImplicitUsings.Select(name => $"global using {name};")),
                    options
                )
            )
            .ToArray();
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var references = platform
            .Where(path => !Path.GetFileName(path).StartsWith("Graft.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("libraries", trees, references);
        var uses = new Dictionary<(string, string), NamespaceUse>();
        foreach (var tree in trees.SkipLast(1))
        {
            var model = compilation.GetSemanticModel(tree);
            var root = tree.GetRoot();
            var from = root.DescendantNodes()
                .OfType<BaseNamespaceDeclarationSyntax>()
                .FirstOrDefault()
                ?.Name.ToString();
            if (from is null)
                continue;
            foreach (var name in root.DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (
                    model.GetSymbolInfo(name).Symbol is not { } symbol
                    || (symbol as INamedTypeSymbol ?? symbol.ContainingType) is not { } type
                    || !type.Locations.Any(location => location.IsInSource)
                    || type.ContainingNamespace.ToDisplayString() is var to && to == from
                )
                    continue;
                uses.TryAdd((from, to), new(from, to, $"{tree.FilePath} uses {type.Name}"));
            }
        }

        return [.. uses.Values];
    }

    /// <summary>The uses along a cycle; none where there is no cycle.</summary>
    private static string[] Cycle(List<NamespaceUse> uses)
    {
        var left = uses;
        while (true)
        {
            // Whatever uses nothing that is left, or is used by nothing that is left, is in no cycle.
            var kept = left.Where(use =>
                    left.Any(other => other.From == use.To) && left.Any(other => other.To == use.From)
                )
                .ToList();
            if (kept.Count == left.Count)
                break;
            left = kept;
        }

        return [.. left.OrderBy(use => use.From, StringComparer.Ordinal).Select(use => use.ToString())];
    }

    private sealed record NamespaceUse(string From, string To, string Place)
    {
        public override string ToString() => $"{From} -> {To} ({Place})";
    }
}
