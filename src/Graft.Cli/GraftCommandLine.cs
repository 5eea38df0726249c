using System.CommandLine;
using Graft.Cli.Commands;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;

namespace Graft.Cli;

/// <summary>The whole command line: parses, runs one command, and turns what goes wrong into one message and an exit code.</summary>
internal static class GraftCommandLine
{
    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="terminal">Where results, progress and errors go.</param>
    /// <param name="cancellationToken">Cancelled when the user interrupts.</param>
    /// <returns>The <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var root = Root(new(terminal, cancellationToken));
        // No response files: a path may begin with @.
        var parsed = root.Parse(arguments.Count == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is not { ClearsParseErrors: true })
        {
            WrongCommandLine.Explain(parsed, terminal.Error);
            return ExitCode.WrongCommandLine;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Output,
                Error = terminal.Error,
            });
        }
#pragma warning disable CA1031 // Whatever goes wrong ends here, as one message.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Failure.Explain(error, terminal.Error, cancellationToken);
        }
        finally
        {
            terminal.Output.Flush();
        }
    }

    private static RootCommand Root(CommandEnvironment environment)
    {
        var root = new RootCommand("Graft learns to tell your photos apart: a new head on a pretrained network, on an ordinary CPU.");
        root.Add(DemoCommand.Create(environment));
        root.Add(TrainCommand.Create(environment));
        root.Add(EvaluateCommand.Create(environment));
        root.Add(PredictCommand.Create(environment));
        root.Add(FeaturesCommand.Create(environment));
        root.Add(ModelsCommand.Create(environment));
        root.Add(BenchmarkCommand.Create(environment));
        ExampleHelp.Install(root);
        return root;
    }
}
