namespace Graft.Cli.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Verbs =>
        [
            "demo",
            "plan",
            "train",
            "evaluate",
            "predict",
            "compare",
            "verify",
            "export",
            "features",
            "features status",
            "features prune",
            "models",
            "models list",
            "models info",
            "models pull",
            "models remove",
            "data",
            "data preview",
            "benchmark",
        ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_has_help_with_examples_of_itself(string verb)
    {
        var result = InProcess.Run([.. verb.Split(' '), "--help"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Example", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"  graft {verb} ",
            result.Output.Replace("\n", " \n", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Every_example_in_the_help_is_a_correct_command_line()
    {
        foreach (var verb in Verbs)
        {
            var help = InProcess.Run([.. verb.Data.Split(' '), "--help"]).Output;
            var examples = help[help.IndexOf("Example", StringComparison.Ordinal)..]
                .Split('\n')
                .Where(line => line.StartsWith("  graft ", StringComparison.Ordinal))
                .ToArray();
            Assert.NotEmpty(examples);
            foreach (var example in examples)
            {
                // Help asked for at the end: the line is parsed and nothing is done.
                string[] words = example.Trim().Split("   ")[0].Split(' ')[1..];
                Assert.Empty(Errors(words));
            }
        }
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Graft_alone_prints_help_with_all_verbs(params string[] arguments)
    {
        var result = InProcess.Run(arguments);

        Assert.Equal(0, result.ExitCode);
        Assert.All(
            new[]
            {
                "demo",
                "plan",
                "train",
                "evaluate",
                "predict",
                "compare",
                "verify",
                "export",
                "features",
                "data",
                "models",
                "benchmark",
            },
            verb => Assert.Contains($"  {verb}", result.Output, StringComparison.Ordinal)
        );
        Assert.Contains("130 interrupted", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Version_is_one_number()
    {
        var result = GraftProcess.Run(["--version"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", result.Output);
    }

    private static IEnumerable<string> Errors(string[] words) =>
        GraftCommandLine
            .Parse(words, new(new(TextWriter.Null, TextWriter.Null, false, false, false), CancellationToken.None))
            .Errors.Select(error => error.Message);
}
