using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Models.Storage;

namespace Graft.Cli.Commands;

/// <summary><c>graft models</c>: commands for pretrained networks.</summary>
internal static class ModelsCommand
{
    /// <summary>Creates the command with its subcommands.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var command = new VerbCommand("models", "List pretrained networks; download and remove their weights.")
        {
            Examples =
            [
                new("graft models list", "all networks, and which are on this machine"),
                new("graft models info resnet50", "parameters, operations, features, stages, licence and source"),
                new("graft models pull resnet34", "download it now; other commands download it when needed"),
                new("graft models remove resnet50", "free disk space"),
            ],
        };
        command.Add(List(environment.Terminal));
        command.Add(ModelsInfoCommand.Create(environment.Terminal));
        command.Add(ModelsPullCommand.Create(environment));
        command.Add(Remove(environment.Terminal));
        return command;
    }

    private static VerbCommand List(Terminal terminal)
    {
        var json = CommonOptions.Json();
        var command = new VerbCommand("list", "List the known networks and their weights.")
        {
            Examples = [new("graft models list --json", "for scripts")],
        };
        command.Add(json);
        command.SetAction(parsed =>
        {
            var models = Store().ListArchitectures();
            if (parsed.GetValue(json))
                JsonOutput.Print(terminal, models, types => types.IReadOnlyListArchitectureDescription);
            else
                ModelRendering.Print(terminal, models);
            return ExitCode.Done;
        });
        return command;
    }

    private static VerbCommand Remove(Terminal terminal)
    {
        var (name, json) = (Name(), CommonOptions.Json());
        var command = new VerbCommand(
            "remove",
            "Delete a network's weights from this machine; computed features are kept."
        )
        {
            Examples = [new("graft models remove resnet50", "free disk space")],
        };
        command.Add(name);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var store = Store();
            var model = store.Describe(parsed.GetRequiredValue(name));
            var freed = store.Remove(model.Name);
            if (parsed.GetValue(json))
                JsonOutput.Print(terminal, new ModelChange(model.Name, freed > 0, freed, model.Folder), types =>
                    types.ModelChange
                );
            else
                terminal.Output.WriteLine(
                    freed > 0
                        ? $"Removed {model.Name}; {Format.Bytes(freed)} freed."
                        : $"{model.Name} was not on this machine."
                );
            return ExitCode.Done;
        });
        return command;
    }

    internal static Argument<string> Name() =>
        new("NAME") { Description = "The network's name, for example resnet50." };

    internal static ModelStore Store() => new(GraftHome.Locate());
}
