using System.CommandLine;
using System.CommandLine.Parsing;

namespace Graft.Cli.Parsing;

/// <summary>Explains what is wrong with a command line and suggests a correction.</summary>
internal static class WrongCommandLine
{
    /// <summary>Whether a command line has errors.</summary>
    public static bool Is(ParseResult parsed) => parsed.Errors.Count > 0 || MistakenForPath(parsed) is not null;

    /// <summary>Writes an error message and a pointer to the help.</summary>
    /// <param name="parsed">A command line with errors.</param>
    /// <param name="writer">Receives the message.</param>
    public static void Explain(ParseResult parsed, TextWriter writer)
    {
        var command = parsed.CommandResult.Command;
        writer.WriteLine($"graft: {Message(parsed, command)}");
        writer.WriteLine($"Try '{Path(command)} --help'.");
    }

    private static string Message(ParseResult parsed, Command command)
    {
        // The value of a mistyped option is unmatched too; the option comes first.
        var word = MistakenForPath(parsed)
            ?? parsed.UnmatchedTokens.FirstOrDefault(token => token.StartsWith('-'))
            ?? (parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null);
        if (word is null && command.Subcommands.Count > 0 && command.Arguments.Count == 0)
            return $"'{Path(command)}' needs a command: "
                + $"{string.Join(", ", command.Subcommands.Select(item => item.Name))}.";
        if (word is null)
            return parsed.Errors[0].Message;
        var isOption = word.StartsWith('-');
        if (!isOption && command.Subcommands.Count == 0)
            return $"'{word}' is one argument too many for '{Path(command)}'. Put paths with spaces in quotes.";
        var known = isOption
            ? OptionNames(command)
            : command.Subcommands.Where(item => !item.Hidden).Select(item => item.Name);
        var kind =
            isOption ? "option"
            : command is RootCommand ? "verb"
            : "command";
        var nearest = Spelling.Nearest(word.Split('=', 2)[0], known);
        return $"'{Path(command)}' has no {kind} '{word}'." + (nearest is null ? "" : $" Did you mean '{nearest}'?");
    }

    /// <summary>
    /// A mistyped option that was parsed as a path argument; after <c>--</c> every argument is a path.
    /// </summary>
    private static string? MistakenForPath(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? null
            : parsed
                .CommandResult.Children.OfType<ArgumentResult>()
                .SelectMany(result => result.Tokens)
                .FirstOrDefault(token => token.Value is ['-', _, ..])
                ?.Value;

    private static IEnumerable<string> OptionNames(Command command)
    {
        for (Command? at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            foreach (var option in at.Options.Where(option => !option.Hidden && (at == command || option.Recursive)))
                yield return option.Name;
        }
    }

    private static string Path(Command command)
    {
        if (command is RootCommand)
            return "graft";
        var parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? command.Name : $"{Path(parent)} {command.Name}";
    }
}
