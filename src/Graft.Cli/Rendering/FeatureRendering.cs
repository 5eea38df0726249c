using System.Globalization;
using Graft.Engines;
using Graft.Features.Backbones;
using Graft.Training.Runs;
using Spectre.Console;

namespace Graft.Cli.Rendering;

/// <summary>Prints the results of <c>graft features</c>.</summary>
internal static class FeatureRendering
{
    /// <summary>Prints the result of an export.</summary>
    public static void Print(TextWriter output, FeatureExportReport report)
    {
        var facts = new FactList(output);
        Add(facts, report.Backbone);
        facts.Add(
            "Images",
            Format.Count(report.Images)
                + (report.BadImages.Count > 0 ? $", {Format.Count(report.BadImages.Count)} bad (left out)" : "")
        );
        facts.Add(
            "Features",
            $"{Format.Count(report.FeaturesComputed)} computed, {Format.Count(report.FeaturesReused)} reused, "
                + $"{Format.Seconds(report.Seconds)}{Parts(report.DecodeSeconds, report.NetworkSeconds)}"
        );
        facts.Add(
            "Disk",
            $"{Format.Bytes(report.BytesPerImage)} an image in the store, "
                + $"{Format.Bytes(report.BytesPerImage * report.Images)} for these; the whole store takes "
                + $"{Format.Bytes(report.StoreBytes)}"
        );
        facts.Add("Output", $"{Format.Path(report.Output)}, float32 [{string.Join(", ", report.Shape)}]");
        facts.Add("Rows", Format.Path(report.FilesList));
        facts.Print();
    }

    /// <summary>Adds the network, its feature node and the preprocessing.</summary>
    public static void Add(FactList facts, BackboneUse backbone)
    {
        facts.Add(
            "Network",
            $"{backbone.Name} up to {backbone.Node}: {string.Join("x", backbone.FeatureShape)}, "
                + $"{Format.Count(backbone.FeatureShape.Aggregate(1, (product, size) => product * size))} values"
        );
        facts.Add("Preprocessing", $"{backbone.Preprocessing} ({OriginText(backbone.PreprocessingOrigin)})");
        if (backbone.Engine != GraftEngine.Default.Name)
            facts.Add("Engine", backbone.Engine);
    }

    /// <summary>Describes the source of the preprocessing.</summary>
    public static string OriginText(PreprocessingOrigin origin) =>
        origin switch
        {
            PreprocessingOrigin.Catalogue => "from the weights' catalogue entry",
            PreprocessingOrigin.File => "stated in the file",
            PreprocessingOrigin.Options => "from the options",
            _ => "assumed: the file does not say",
        };

    /// <summary>Formats the times of network and decoding; empty if no features were computed.</summary>
    public static string Parts(double decodeSeconds, double networkSeconds) =>
        networkSeconds > 0
            ? $" (network {Format.Seconds(networkSeconds)}; decoding {Format.Seconds(decodeSeconds)}, in parallel)"
            : "";

    /// <summary>Prints the contents of the feature store.</summary>
    public static void Print(Terminal terminal, FeatureStoreStatus status)
    {
        terminal.Output.WriteLine($"{status.Path}: {Format.Bytes(status.Bytes)}");
        if (status.Spaces.Count == 0)
        {
            terminal.Output.WriteLine("No features are stored yet.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        foreach (
            var heading in new[]
            {
                "id",
                "images",
                "size",
                "per image",
                "precision",
                "last used",
                "shape",
                "node",
                "weights",
                "arithmetic",
                "preprocessing",
            }
        )
            table.AddColumn(new TableColumn(new Text(heading)));
        foreach (var space in status.Spaces)
        {
            table.AddRow(
                new Text(space.Id.ToString(CultureInfo.InvariantCulture)),
                new Text(Format.Count(space.Images)),
                new Text(Format.Bytes(space.Bytes)),
                new Text(Format.Bytes(space.BytesPerImage)),
                new Text(
                    space.RoundingError > 0
                        ? $"{space.Precision}, rounding error {Format.Number(space.RoundingError)}"
                        : space.Precision
                ),
                new Text(space.LastUsed.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                new Text(string.Join('x', space.Shape)),
                new Text(space.Node),
                new Text(space.Weights.Length > 12 ? space.Weights[..12] : space.Weights),
                new Text(space.Numerics),
                new Text(space.Preprocessing)
            );
        }

        terminal.Result.Write(table);
    }
}
