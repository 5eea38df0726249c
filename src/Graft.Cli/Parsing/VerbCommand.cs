using System.CommandLine;

namespace Graft.Cli.Parsing;

/// <summary>A command whose help ends with notes and examples.</summary>
/// <param name="name">The word on the command line.</param>
/// <param name="description">One sentence.</param>
internal sealed class VerbCommand(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that work as they stand, each with what it does.</summary>
    public required IReadOnlyList<Example> Examples { get; init; }

    /// <summary>What else is good to know, for example exit codes; a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A command line and what it does.</summary>
/// <param name="CommandLine">As it is typed.</param>
/// <param name="Purpose">A few words.</param>
internal sealed record Example(string CommandLine, string Purpose);
