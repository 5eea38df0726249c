using System.Text;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>
/// The outputs of a command: results go to <see cref="Output"/>, progress and messages to <see cref="Error"/>. Escape
/// codes are written only to a terminal.
/// </summary>
internal sealed class Terminal
{
    /// <summary>A width in characters at which no table in a file is wrapped.</summary>
    private const int UnlimitedWidth = 10_000;

    private readonly Lazy<IAnsiConsole> _result;
    private readonly Lazy<IAnsiConsole> _progress;

    /// <summary>Creates a terminal.</summary>
    /// <param name="output">Receives results.</param>
    /// <param name="error">Receives progress and messages.</param>
    /// <param name="outputIsTerminal">Whether <paramref name="output"/> is a terminal with escape codes.</param>
    /// <param name="errorIsTerminal">Whether <paramref name="error"/> is a terminal with escape codes.</param>
    /// <param name="colours">Whether terminals may show colours.</param>
    public Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal, bool colours)
    {
        Output = output;
        Error = error;
        _result = new(() => Create(output, outputIsTerminal, colours));
        _progress = new(() => Create(error, errorIsTerminal, colours));
        OutputIsTerminal = outputIsTerminal;
        ErrorIsTerminal = errorIsTerminal;
    }

    /// <summary>Receives results.</summary>
    public TextWriter Output { get; }

    /// <summary>Receives progress and messages.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether <see cref="Output"/> is a terminal with escape codes, not a file or pipe.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Whether <see cref="Error"/> is a terminal with escape codes, not a file or pipe.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>Writes tables and colours to <see cref="Output"/>.</summary>
    public IAnsiConsole Result => _result.Value;

    /// <summary>Writes progress bars and colours to <see cref="Error"/>.</summary>
    public IAnsiConsole Progress => _progress.Value;

    /// <summary>Creates the terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        // Redirected results are always UTF-8, so that paths and labels survive a pipe in any locale.
        var output = Console.IsOutputRedirected
            ? new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true }
            : Console.Out;
        var colours = Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 };
        var dumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        return new(
            output,
            Console.Error,
            !Console.IsOutputRedirected && !dumb,
            !Console.IsErrorRedirected && !dumb,
            colours
        );
    }

    /// <summary>Writes a warning.</summary>
    /// <param name="text">The warning, as a whole sentence.</param>
    public void Warn(string text) => Error.WriteLine($"graft: warning: {text}");

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal, bool colours)
    {
        var console = AnsiConsole.Create(
            new()
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem = isTerminal && colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
                Enrichment = new() { UseDefaultEnrichers = false },
            }
        );
        if (!isTerminal)
            console.Profile.Width = UnlimitedWidth;
        return console;
    }
}
