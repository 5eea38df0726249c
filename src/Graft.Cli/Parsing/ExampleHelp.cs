using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Graft.Cli.Parsing;

/// <summary>The usual help, with notes and examples after it.</summary>
internal sealed class ExampleHelp : SynchronousCommandLineAction
{
    private static readonly string[] RootNotes =
    [
        "Exit codes: 0 done, 1 the work failed, 2 the command line was wrong, 130 interrupted.",
        "Results go to standard output, progress and errors to standard error.",
        "GRAFT_HOME names the folder of fetched weights and computed features; NO_COLOR turns colours off.",
    ];

    private static readonly Example[] RootExamples =
    [
        new("graft demo", "watch it learn from 1,000 photos"),
        new("graft train photos", "learn from a folder with one folder of photos a class"),
        new("graft predict runs/train/model.onnx new-photos", "classify other photos"),
    ];

    private readonly HelpAction _help;

    private ExampleHelp(HelpAction help) => _help = help;

    public override bool ClearsParseErrors => true;

    /// <summary>Puts this in the place of the usual help of a command line.</summary>
    /// <param name="root">The command line, complete.</param>
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
