using System.CommandLine;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;
using Graft.Features.Backbones;
using Graft.Layers.Networks;
using Graft.Learning.Heads;
using Graft.Models.Networks;
using Graft.Tensors;

namespace Graft.Cli.Commands;

/// <summary><c>graft models info</c>: describes a network, alone or with a head.</summary>
internal static class ModelsInfoCommand
{
    /// <summary>Creates the command.</summary>
    public static VerbCommand Create(Terminal terminal)
    {
        var name = new Argument<string>("NAME|FILE")
        {
            Description = "A network's name, for example resnet50, or a file that contains a network.",
        };
        var weights = new Option<string?>("--weights")
        {
            HelpName = "FILE",
            Description = "A weights-only file for the network; it determines details such as the variant.",
        };
        var head = OptionKinds.Parsed<HeadSpecification?>(
            "--head",
            "HEAD",
            "Also count the parameters with this head on the frozen backbone: linear, dense:128, "
                + "conv:100 or vgg:256.",
            HeadSpecification.Parse
        );
        var classes = OptionKinds.Whole("--classes", "N", "Number of classes of the head. [default: 2]", 1, 1_000_000);
        var summary = new Option<bool>("--summary")
        {
            Description = "Print every layer with its output shape and parameters instead.",
        };
        var json = CommonOptions.Json();
        var command = new VerbCommand("info", "Describe a network; needs no weights.")
        {
            Examples =
            [
                new("graft models info resnet50", "parameters, operations, features, stages, licence and source"),
                new("graft models info vgg16 --head vgg --classes 100", "what training would change"),
                new("graft models info mobilenet_v2 --summary", "a table of the layers"),
                new("graft models info model.onnx", "a network in a file: its feature nodes and preprocessing"),
                new("graft models info resnet50 --weights resnet50.pth", "the ResNet-50 variant of a weights file"),
            ],
        };
        command.Add(name);
        foreach (var option in new Option[] { weights, head, classes, summary, json })
            command.Add(option);
        command.SetAction(parsed =>
        {
            var source = new BackboneSource
            {
                Name = parsed.GetRequiredValue(name),
                Weights = parsed.GetValue(weights),
            };
            var loader = new BackboneLoader(ModelsCommand.Store());
            if (source.Weights is not null || source.IsFile(loader.IsKnown))
                return Describe(terminal, loader, source, parsed.GetValue(summary), parsed.GetValue(json));
            var description = ModelsCommand.Store().DescribeArchitecture(parsed.GetRequiredValue(name));
            var architecture = Architectures.Find(description.Name);
            using var network = parsed.GetValue(head) is { } specification
                ? HeadNetworks.BuildWhole(
                    architecture,
                    architecture.Preprocessing,
                    specification,
                    parsed.GetValue(classes) ?? 2,
                    new DeterministicRandom(0)
                )
                : architecture.Build(architecture.Preprocessing);
            var info = new ModelInfo(
                description,
                parsed.GetValue(head) is { } chosen
                    ? HeadedModel.Create(network, chosen, parsed.GetValue(classes) ?? 2)
                    : null
            );
            if (parsed.GetValue(json))
                JsonOutput.Print(terminal, info, types => types.ModelInfo);
            else if (parsed.GetValue(summary))
                terminal.Output.Write(network.Summary());
            else
                ModelRendering.Print(terminal, info);
            return ExitCode.Done;
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(head) is { Implicit: false } && result.GetResult(weights) is { Implicit: false })
                result.AddError("--head requires a network named without --weights; leave out --weights.");
        });
        return command;
    }

    private static int Describe(
        Terminal terminal,
        BackboneLoader loader,
        BackboneSource source,
        bool asSummary,
        bool asJson
    )
    {
        var (description, summary) = BackboneDescription.Read(loader, source);
        if (asJson)
            JsonOutput.Print(terminal, description, types => types.BackboneDescription);
        else if (asSummary)
            terminal.Output.Write(summary);
        else
            ModelRendering.Print(terminal, description);
        return ExitCode.Done;
    }
}
