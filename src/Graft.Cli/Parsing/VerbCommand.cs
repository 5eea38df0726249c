using System.CommandLine;

namespace Graft.Cli.Parsing;

/// <summary>A command whose help ends with notes and examples.</summary>
/// <param name="name">The command's name.</param>
/// <param name="description">One sentence for the help.</param>
internal sealed class VerbCommand(string name, string description) : Command(name, description)
{
    /// <summary>Example command lines, each with its purpose.</summary>
    public required IReadOnlyList<Example> Examples { get; init; }

    /// <summary>Further notes, one line each, for example on exit codes.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>An example command line and its purpose.</summary>
/// <param name="CommandLine">The command line as the user types it.</param>
/// <param name="Purpose">A few words on what it does.</param>
internal sealed record Example(string CommandLine, string Purpose);
