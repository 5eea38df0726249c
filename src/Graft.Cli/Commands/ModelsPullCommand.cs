using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Models.Downloads;
using Graft.Models.Storage;

namespace Graft.Cli.Commands;

/// <summary><c>graft models pull</c>: downloads weights, or imports a file.</summary>
internal static class ModelsPullCommand
{
    /// <summary>Creates the command.</summary>
    public static VerbCommand Create(CommandEnvironment environment)
    {
        var source = new Argument<string>("SOURCE")
        {
            Description = "A name from 'graft models list', or the URL or path of a weights file.",
            HelpName = "NAME|URL|FILE",
        };
        var name = new Option<string?>("--name")
        {
            HelpName = "NAME",
            Description = "The name for weights from a URL or a path. [default: the file's name]",
        };
        var architecture = new Option<string?>("--architecture")
        {
            HelpName = "NAME",
            Description = "The network that the weights are for. [default: detected from the file]",
        };
        var json = CommonOptions.Json();
        var command = new VerbCommand("pull", "Download, check and convert pretrained weights for use offline.")
        {
            Examples =
            [
                new("graft models pull resnet34", "then: graft train photos --backbone resnet34"),
                new(
                    "graft models pull https://host/path/resnet18-f37072fd.pth",
                    "any file with torchvision's or timm's parameter names"
                ),
                new(
                    "graft models pull my-resnet18.safetensors --name mine",
                    "then: graft train photos --backbone mine"
                ),
            ],
            Notes =
            [
                "Interrupted downloads resume. A file is used only if it has the published SHA-256.",
                "GRAFT_HUB sets a mirror that replaces all hosts. HTTPS_PROXY and HTTP_PROXY are respected. "
                    + "resnet50 is downloaded with npm. resnet18.mlnet comes with graft and needs no connection.",
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
                        : $"{model.Name} is already in {model.Folder}."
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
        // A known name takes precedence over a file of that name in the current folder; ./resnet34 is the file.
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
