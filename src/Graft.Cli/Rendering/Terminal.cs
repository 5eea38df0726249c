using System.Text;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>
/// Where a command writes: results to <see cref="Output"/>, progress and messages to <see cref="Error"/>. Escape codes
/// only go where a person sees them.
/// </summary>
internal sealed class Terminal
{
    /// <summary>Wide enough that no table is folded in a file.</summary>
    private const int UnlimitedWidth = 10_000;

    private readonly Lazy<IAnsiConsole> _result;
    private readonly Lazy<IAnsiConsole> _progress;

    /// <summary>Makes a terminal.</summary>
    /// <param name="output">Results.</param>
    /// <param name="error">Progress and messages.</param>
    /// <param name="outputIsTerminal">Whether a person reads the results as they come.</param>
    /// <param name="errorIsTerminal">Whether a person reads progress as it comes.</param>
    /// <param name="colours">Whether colours are wanted where a person reads.</param>
    public Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal, bool colours)
    {
        Output = output;
        Error = error;
        _result = new(() => Create(output, outputIsTerminal, colours));
        _progress = new(() => Create(error, errorIsTerminal, colours));
        OutputIsTerminal = outputIsTerminal;
        ErrorIsTerminal = errorIsTerminal;
    }

    /// <summary>Results.</summary>
    public TextWriter Output { get; }

    /// <summary>Progress and messages.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person reads the results as they come.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Whether progress can be drawn rather than told line by line.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>Results with tables and colours.</summary>
    public IAnsiConsole Result => _result.Value;

    /// <summary>Progress with bars and colours.</summary>
    public IAnsiConsole Progress => _progress.Value;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        // Results are UTF-8 everywhere: paths and labels must survive a pipe whatever the locale is.
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

    /// <summary>Tells the user of something that did not stop the work.</summary>
    /// <param name="text">A whole sentence.</param>
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
