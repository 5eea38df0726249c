using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Models.Storage;

namespace Graft.Cli.Commands;

/// <summary><c>graft models pull</c>: fetches weights, or brings in a file of the user's own.</summary>
internal static class ModelsPullCommand
{
    /// <summary>Makes the command.</summary>
    public static VerbCommand Create(CommandEnvironment environment)
    {
        var source = new Argument<string>("SOURCE")
        {
            Description = "A name that 'graft models list' shows, the address of a file of weights, or its path.",
            HelpName = "NAME|URL|FILE",
        };
        var name = new Option<string?>("--name")
        {
            HelpName = "NAME",
            Description = "What weights from an address or a path shall be called. [default: the file's name]",
        };
        var architecture = new Option<string?>("--architecture")
        {
            HelpName = "NAME",
            Description = "The network that they are for; told from the file when not given.",
        };
        var json = CommonOptions.Json();
        var command = new VerbCommand(
            "pull",
            "Fetch pretrained weights, check and convert them; afterwards they work offline."
        )
        {
            Examples =
            [
                new("graft models pull resnet34", "then: graft train photos --backbone resnet34"),
                new(
                    "graft models pull https://host/path/resnet18-f37072fd.pth",
                    "any file with the names of torchvision or timm"
                ),
                new(
                    "graft models pull my-resnet18.safetensors --name mine",
                    "then: graft train photos --backbone mine"
                ),
            ],
            Notes =
            [
                "A download that was cut off goes on where it was. A file is used only if its SHA-256 is the "
                    + "published one.",
                "GRAFT_HUB names a mirror that is asked instead of all hosts; HTTPS_PROXY and HTTP_PROXY are "
                    + "honoured. resnet50 comes with npm.",
            ],
        };
        command.Add(source);
        foreach (var option in new Option[] { name, architecture, json })
            command.Add(option);
        command.SetAction(parsed =>
        {
            var store = ModelsCommand.Store();
            var request = new ImportRequest
            {
                Source = parsed.GetRequiredValue(source),
                Name = parsed.GetValue(name),
                Architecture = parsed.GetValue(architecture),
            };
            var result = WorkProgress.Run(environment.Terminal, progress =>
                Pull(store, request, progress, environment.CancellationToken)
            );
            var model = store.Describe(result.Name);
            if (parsed.GetValue(json))
                JsonOutput.Print(
                    environment.Terminal,
                    new ModelChange(model.Name, result.Changed, 0, model.Folder),
                    types => types.ModelChange
                );
            else
                environment.Terminal.Output.WriteLine(
                    result.Changed
                        ? $"{model.Name} is now in {model.Folder}."
                        : $"{model.Name} is there already, in {model.Folder}."
                );
            return ExitCode.Done;
        });
        return command;
    }

    private static PullResult Pull(
        ModelStore store,
        ImportRequest request,
        IProgress<PullProgress> progress,
        CancellationToken cancellationToken
    )
    {
        // A name comes before a file of that name in the current folder: ./resnet34 is the file.
        if (
            ImportRequest.IsAddress(request.Source)
            || request.Source.AsSpan().ContainsAny('/', '\\')
            || (File.Exists(request.Source) && !store.Knows(request.Source))
        )
            return store.Import(request, progress, cancellationToken);
        var info = store.Find(request.Source);
        return new(info.Name, store.Pull(info.Name, progress, cancellationToken));
    }
}
