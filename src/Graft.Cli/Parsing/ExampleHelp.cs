using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Graft.Cli.Parsing;

/// <summary>The standard help, followed by notes and examples.</summary>
internal sealed class ExampleHelp : SynchronousCommandLineAction
{
    private static readonly string[] RootNotes =
    [
        "Exit codes: 0 success, 1 failure, 2 wrong command line, 130 interrupted, 143 ended by SIGTERM.",
        "Results go to standard output; progress and errors go to standard error.",
        "GRAFT_HOME sets the folder for downloaded weights and computed features; NO_COLOR turns " + "colours off.",
    ];

    private static readonly Example[] RootExamples =
    [
        new("graft demo", "train on 1,000 photos of CIFAR-10"),
        new("graft train photos", "train on a folder with one subfolder per class"),
        new("graft predict runs/train/model.onnx new-photos", "classify new photos"),
    ];

    private readonly HelpAction _help;

    private ExampleHelp(HelpAction help) => _help = help;

    public override bool ClearsParseErrors => true;

    /// <summary>Replaces the standard help of a command line.</summary>
    /// <param name="root">The root command with all its subcommands.</param>
    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            if (option.Action is HelpAction help)
                option.Action = new ExampleHelp(help);
        }
    }

    public override int Invoke(ParseResult parseResult)
    {
        var result = _help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        var (notes, examples) = command is VerbCommand verb ? (verb.Notes, verb.Examples) : (RootNotes, RootExamples);
        foreach (var note in notes)
            output.WriteLine(note);
        if (notes.Count > 0)
            output.WriteLine();
        output.WriteLine(examples.Count == 1 ? "Example:" : "Examples:");
        var width = examples.Max(example => example.CommandLine.Length);
        foreach (var example in examples)
            output.WriteLine($"  {example.CommandLine.PadRight(width)}   {example.Purpose}");
        return result;
    }
}
