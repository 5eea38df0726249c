using System.Globalization;
using Graft.Features.Backbones;
using Graft.Models;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>Prints the results of <c>graft models</c>.</summary>
internal static class ModelRendering
{
    /// <summary>Prints a list of models.</summary>
    public static void Print(Terminal terminal, IReadOnlyList<ArchitectureDescription> models)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var heading in new[] { "name", "parameters", "operations", "input", "weights", "licence" })
            table.AddColumn(new TableColumn(heading).NoWrap().PadRight(3));
        foreach (var model in models)
        {
            if (model.Weights.Count == 0)
                AddRow(table, model, null);
            foreach (var weights in model.Weights)
                AddRow(table, model, weights);
        }

        terminal.Result.Write(table);
        terminal.Output.WriteLine();
        terminal.Output.WriteLine(
            "Operations are multiply-adds per image at the network's default input size. Licences are as "
                + "stated by the authors of the weights."
        );
    }

    private static void AddRow(Table table, ArchitectureDescription model, ModelDescription? weights) =>
        table.AddRow(
            new Text(weights?.Name ?? model.Name),
            new Text(Millions(model.Parameters)),
            new Text(Giga(model.MultiplyAdds)),
            new Text(weights is null ? Input(model) : Size(weights.InputWidth, weights.InputHeight)),
            new Text(Weights(weights)),
            new Text(weights?.Licence ?? "")
        );

    /// <summary>Prints the description of a known network.</summary>
    public static void Print(Terminal terminal, ModelInfo info)
    {
        var model = info.Architecture;
        var facts = new FactList(terminal.Output);
        facts.Add("Name", model.Name);
        facts.Add("Title", model.Title);
        facts.Add("Paper", model.Paper);
        facts.Add("Parameters", Format.Count(model.Parameters));
        facts.Add("Operations", $"{Giga(model.MultiplyAdds)} multiply-adds per image");
        facts.Add("Input", $"{Input(model)}; at least {model.SmallestSize}x{model.SmallestSize}");
        if (model.Weights.Count == 0)
            facts.Add("Preprocessing", model.Preprocessing);
        AddFeatures(facts, model.FeatureNodes);
        facts.Add("Stages", string.Join(", ", model.Stages.Select(stage => stage.Name)));
        if (model.Weights.Count == 0)
            facts.Add("Weights", "none to download; import your own with 'graft models pull FILE'");
        foreach (var weights in model.Weights)
            AddWeights(facts, weights);
        if (info.Head is { } head)
        {
            facts.Add("With a head", $"{head.Head} on {head.FeatureNode}, {Format.Count(head.Classes)} classes");
            facts.Add(
                "",
                $"{Format.Count(head.Parameters)} parameters, of which {Format.Count(head.TrainableParameters)} "
                    + $"trainable"
            );
        }

        facts.Print();
    }

    /// <summary>Prints the description of a network from a file.</summary>
    public static void Print(Terminal terminal, BackboneDescription network)
    {
        var facts = new FactList(terminal.Output);
        facts.Add("Name", network.Name);
        facts.Add("Format", network.Format);
        facts.Add("Parameters", Format.Count(network.Parameters));
        facts.Add("Operations", $"{Giga(network.MultiplyAdds)} multiply-adds per image");
        facts.Add("Input", string.Create(CultureInfo.InvariantCulture, $"{network.InputWidth}x{network.InputHeight}"));
        facts.Add("Output", string.Join("x", network.OutputShape));
        facts.Add(
            "Preprocessing",
            $"{network.Preprocessing} ({FeatureRendering.OriginText(network.PreprocessingOrigin)})"
        );
        AddFeatures(facts, network.FeatureNodes);
        if (network.Stages.Count > 0)
            facts.Add("Stages", string.Join(", ", network.Stages));
        facts.Print();
    }

    private static void AddFeatures(FactList facts, IReadOnlyList<FeatureNodeDescription> nodes)
    {
        foreach (var (index, feature) in nodes.Index())
            facts.Add(
                index == 0 ? "Features" : "",
                $"{feature.Node}: {string.Join("x", feature.Shape)}, {Format.Count(feature.Values)} values, "
                    + $"{Format.Bytes(feature.BytesPerImage)} an image in the store"
            );
    }

    private static void AddWeights(FactList facts, ModelDescription weights)
    {
        facts.Add("Weights", $"{weights.Name}: {weights.Title}");
        facts.Add("Preprocessing", weights.Preprocessing);
        facts.Add(
            "Classes",
            weights.Classes > 0 ? Format.Count(weights.Classes) : "none: the weights have no classifier"
        );
        facts.Add(
            "Trained on",
            weights.TrainedOn
                + (
                    weights.PublishedAccuracy is { } accuracy
                        ? $"; accuracy there as published: {Format.Percent(accuracy)}"
                        : ""
                )
        );
        facts.Add("Licence", weights.Licence);
        facts.Add("Source", weights.Source);
        facts.Add(
            "From",
            weights.DownloadBytes > 0 ? $"{weights.Origin}, {Format.Bytes(weights.DownloadBytes)}" : weights.Origin
        );
        facts.Add(
            "On this machine",
            weights.Pulled ? $"{Format.Bytes(weights.BytesOnDisk)} in {weights.Folder}"
                : weights.DownloadBytes > 0 ? $"no; download with 'graft models pull {weights.Name}'"
                : "no; converted from the program's own files when first used"
        );
        if (weights.Digest is { } digest)
            facts.Add("Digest", digest);
    }

    private static string Weights(ModelDescription? weights) =>
        weights switch
        {
            null => "none",
            { Pulled: true } => $"{Format.Bytes(weights.BytesOnDisk)} on this machine",
            { DownloadBytes: 0 } => "comes with graft",
            _ => $"{Format.Bytes(weights.DownloadBytes)} to download",
        };

    private static string Input(ArchitectureDescription model) => Size(model.InputWidth, model.InputHeight);

    private static string Size(int width, int height) =>
        string.Create(CultureInfo.InvariantCulture, $"{width}x{height}");

    private static string Millions(long value) => (value / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " M";

    private static string Giga(long value) => (value / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + " G";
}
