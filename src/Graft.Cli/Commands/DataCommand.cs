using System.CommandLine;
using Graft.Cli.Parsing;

namespace Graft.Cli.Commands;

/// <summary><c>graft data</c>: looking at folders of images.</summary>
internal static class DataCommand
{
    /// <summary>Makes the command with its own commands.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var command = new VerbCommand("data", "Look at images as training sees them.")
        {
            Examples = [new("graft data preview photos", "a picture of augmented images")],
        };
        command.Add(DataPreviewCommand.Create(environment));
        return command;
    }
}
