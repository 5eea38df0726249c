using System.Globalization;
using Graft.Models;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>What <c>graft models</c> tells a person.</summary>
internal static class ModelRendering
{
    /// <summary>Prints a list of models.</summary>
    public static void Print(Terminal terminal, IReadOnlyList<ModelDescription> models)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var heading in new[] { "name", "parameters", "input", "download", "on this machine", "licence" })
            table.AddColumn(new TableColumn(heading).NoWrap().PadRight(3));
        foreach (var model in models)
        {
            table.AddRow(
                new Text(model.Name),
                new Text(Millions(model.Parameters)),
                new Text(Input(model)),
                new Text(Format.Bytes(model.DownloadBytes)),
                new Text(model.Pulled ? Format.Bytes(model.BytesOnDisk) : "no"),
                new Text(model.Licence));
        }

        terminal.Result.Write(table);
    }

    /// <summary>Prints all there is to know of a model.</summary>
    public static void Print(Terminal terminal, ModelDescription model)
    {
        var facts = new FactList(terminal.Output);
        facts.Add("Name", model.Name);
        facts.Add("Title", model.Title);
        facts.Add("Parameters", Format.Count(model.Parameters));
        facts.Add("Input", Input(model));
        facts.Add("Preprocessing", model.Preprocessing);
        facts.Add("Classes", Format.Count(model.Classes));
        facts.Add("Trained on", model.TrainedOn);
        facts.Add("Licence", model.Licence);
        facts.Add("Source", model.Source);
        facts.Add("Paper", model.Paper);
        facts.Add("Package", $"{model.Package}, {Format.Bytes(model.DownloadBytes)}");
        facts.Add("Features", string.Join(", ", model.FeatureNodes));
        facts.Add("On this machine", model.Pulled ? $"{Format.Bytes(model.BytesOnDisk)} in {model.Folder}" : $"no; 'graft models pull {model.Name}' fetches it");
        facts.Print();
    }

    private static string Input(ModelDescription model) => string.Create(CultureInfo.InvariantCulture, $"{model.InputWidth}x{model.InputHeight}");

    private static string Millions(long value) => (value / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " M";
}
