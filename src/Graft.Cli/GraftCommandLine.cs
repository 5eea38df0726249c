using System.CommandLine;
using Graft.Cli.Commands;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;

namespace Graft.Cli;

/// <summary>
/// The whole command line. Parses the arguments, runs one command, and turns an error into one message and an exit
/// code.
/// </summary>
internal static class GraftCommandLine
{
    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="terminal">Receives results, progress and errors.</param>
    /// <param name="cancellationToken">Cancelled when the user interrupts.</param>
    /// <returns>The <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var parsed = Parse(arguments.Count == 0 ? ["--help"] : arguments, new(terminal, cancellationToken));
        if (parsed.Action is not { ClearsParseErrors: true } && WrongCommandLine.Is(parsed))
        {
            WrongCommandLine.Explain(parsed, terminal.Error);
            return ExitCode.WrongCommandLine;
        }

        try
        {
            return parsed.Invoke(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = terminal.Output,
                    Error = terminal.Error,
                }
            );
        }
#pragma warning disable CA1031 // Every error must end as one message.
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

    /// <summary>Parses a command line without running it.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="environment">The terminal and cancellation token of the command.</param>
    public static ParseResult Parse(IReadOnlyList<string> arguments, CommandEnvironment environment) =>
        // No response files: a path may begin with @.
        Root(environment).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static RootCommand Root(CommandEnvironment environment)
    {
        var root = new RootCommand(
            "Train an image classifier from your own photos: transfer learning on an ordinary CPU."
        );
        root.Add(DemoCommand.Create(environment));
        root.Add(PlanCommand.Create(environment));
        root.Add(TrainCommand.Create(environment));
        root.Add(EvaluateCommand.Create(environment));
        root.Add(PredictCommand.Create(environment));
        root.Add(ExportCommand.Create(environment));
        root.Add(CompareCommand.Create(environment));
        root.Add(VerifyCommand.Create(environment));
        root.Add(FeaturesCommand.Create(environment));
        root.Add(DataCommand.Create(environment));
        root.Add(ModelsCommand.Create(environment));
        root.Add(BenchmarkCommand.Create(environment));
        ExampleHelp.Install(root);
        return root;
    }
}
