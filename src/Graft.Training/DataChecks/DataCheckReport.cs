using System.Text.Json.Serialization;
using Graft.Data;

namespace Graft.Training.DataChecks;

/// <summary>
/// What was found out about a dataset: what <c>graft data check --json</c> prints. Paths are relative to the dataset.
/// </summary>
public sealed record DataCheckReport
{
    /// <summary>The dataset.</summary>
    public required string Data { get; init; }

    /// <summary>How many files, bad ones included.</summary>
    public required int Images { get; init; }

    /// <summary>The splits, with their numbers of files; one, <c>all</c>, of a dataset without splits.</summary>
    public required IReadOnlyDictionary<string, int> Splits { get; init; }

    /// <summary>What stands out, what must be mended first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The classes.</summary>
    public required IReadOnlyList<ClassSummary> Classes { get; init; }

    /// <summary>How many photos are of each format.</summary>
    public required IReadOnlyDictionary<string, int> Formats { get; init; }

    /// <summary>How many photos have each kind of pixels.</summary>
    public required IReadOnlyDictionary<string, int> ColourModes { get; init; }

    /// <summary>How many photos are turned by their EXIF orientation (which Graft applies), by orientation.</summary>
    public required IReadOnlyDictionary<string, int> Rotations { get; init; }

    /// <summary>Files that cannot be used, and why.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>Files beside the class folders, which are in no class.</summary>
    public required IReadOnlyList<string> StrayFiles { get; init; }

    /// <summary>Photos that can be used but should be looked at.</summary>
    public required IReadOnlyList<ImageDefect> SuspiciousImages { get; init; }

    /// <summary>Photos that are alike, pair by pair.</summary>
    public required IReadOnlyList<LikePhotos> Duplicates { get; init; }

    /// <summary>The same image in two classes.</summary>
    public required IReadOnlyList<LikePhotos> Contradictions { get; init; }

    /// <summary>The same image, or one like it, in two splits.</summary>
    public required IReadOnlyList<Leak> Leaks { get; init; }

    /// <summary>Labels that are probably wrong, the surest first; null where features or classes are lacking.</summary>
    public required IReadOnlyList<SuspectedLabel>? SuspectedLabels { get; init; }

    /// <summary>Files that were moved away, to where; none unless that was asked for.</summary>
    public required IReadOnlyList<QuarantinedFile> Quarantined { get; init; }

    /// <summary>Features that were computed now.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>Features that were known.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>Seconds that it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The page that was written.</summary>
    public string? Report { get; init; }

    /// <summary>Whether something must be mended before figures can be trusted.</summary>
    [JsonIgnore]
    public bool MustBeMended => Findings.Any(finding => finding.Severity == FindingSeverity.Mend);
}

/// <summary>How bad something is.</summary>
public enum FindingSeverity
{
    /// <summary>Figures cannot be trusted, or images are lost, until it is mended.</summary>
    Mend,

    /// <summary>A person should look at it.</summary>
    Look,
}

/// <summary>Something that stands out.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Kind">A short, stable name: <c>leaks</c>.</param>
/// <param name="Count">How many cases.</param>
/// <param name="Text">What it is and what to do, for the user.</param>
public sealed record Finding(FindingSeverity Severity, string Kind, int Count, string Text);

/// <summary>One class of a dataset; sizes are means over its good photos, in pixels.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Images">How many files, in each split.</param>
/// <param name="MeanWidth">Mean width.</param>
/// <param name="MeanHeight">Mean height.</param>
/// <param name="MeanAspect">Mean of width over height.</param>
public sealed record ClassSummary(
    string Name,
    IReadOnlyDictionary<string, int> Images,
    double MeanWidth,
    double MeanHeight,
    double MeanAspect
);

/// <summary>A photo that should be looked at.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Kind">A short, stable name: <c>blurred</c>.</param>
/// <param name="Detail">What was measured, for the user.</param>
public sealed record ImageDefect(string Path, string Kind, string Detail);

/// <summary>Two photos that are alike.</summary>
/// <param name="First">The first.</param>
/// <param name="FirstLabel">Its class.</param>
/// <param name="Second">The second.</param>
/// <param name="SecondLabel">Its class.</param>
/// <param name="Kind">How they are alike.</param>
/// <param name="Distance">How far apart they are, as <see cref="ImagePair.Distance"/>.</param>
public sealed record LikePhotos(
    string First,
    string FirstLabel,
    string Second,
    string SecondLabel,
    PairKind Kind,
    double Distance
);

/// <summary>Two photos of different splits that are alike; two of the three paths are set.</summary>
/// <param name="Train">The training photo.</param>
/// <param name="Validation">The validation photo.</param>
/// <param name="Test">The test photo.</param>
/// <param name="Kind">How they are alike.</param>
/// <param name="Distance">How far apart they are, as <see cref="ImagePair.Distance"/>.</param>
public sealed record Leak(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Train,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Validation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Test,
    PairKind Kind,
    double Distance
);

/// <summary>A label that is probably wrong.</summary>
/// <param name="Path">The photo.</param>
/// <param name="Label">The label that it has.</param>
/// <param name="Suggested">The label that it probably should have.</param>
/// <param name="Score">How sure that is, above 0 to 1: as <see cref="LabelSuspicion.Score"/>.</param>
public sealed record SuspectedLabel(string Path, string Label, string Suggested, double Score);

/// <summary>A file that was moved away.</summary>
/// <param name="Path">Where it was.</param>
/// <param name="MovedTo">Where it is.</param>
/// <param name="Reason">Why.</param>
public sealed record QuarantinedFile(string Path, string MovedTo, string Reason);
