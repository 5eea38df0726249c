using System.Text.Json.Serialization;
using Graft.Data;

namespace Graft.Training.DataChecks;

/// <summary>
/// The result of a data check, as <c>graft data check --json</c> prints it. Images have paths relative to the dataset.
/// </summary>
public sealed record DataCheckReport
{
    /// <summary>The path of the dataset.</summary>
    public required string Data { get; init; }

    /// <summary>The number of files, including bad ones.</summary>
    public required int Images { get; init; }

    /// <summary>The number of files in each split; <c>all</c> is the only split of a dataset without splits.</summary>
    public required IReadOnlyDictionary<string, int> Splits { get; init; }

    /// <summary>The findings; those that must be fixed come first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The classes.</summary>
    public required IReadOnlyList<ClassSummary> Classes { get; init; }

    /// <summary>The number of images of each format.</summary>
    public required IReadOnlyDictionary<string, int> Formats { get; init; }

    /// <summary>The number of images of each colour mode, for example RGB or grey.</summary>
    public required IReadOnlyDictionary<string, int> ColourModes { get; init; }

    /// <summary>The number of images with each EXIF orientation other than 1; Graft applies the orientation.</summary>
    public required IReadOnlyDictionary<string, int> Rotations { get; init; }

    /// <summary>Files that cannot be read, with the reasons.</summary>
    public required IReadOnlyList<BadImage> BadImages { get; init; }

    /// <summary>Files beside the class folders, which are in no class.</summary>
    public required IReadOnlyList<string> StrayFiles { get; init; }

    /// <summary>Images that can be used, but should be looked at.</summary>
    public required IReadOnlyList<ImageDefect> SuspiciousImages { get; init; }

    /// <summary>Pairs of duplicate or similar images.</summary>
    public required IReadOnlyList<LikePhotos> Duplicates { get; init; }

    /// <summary>Pairs of the same image in two classes.</summary>
    public required IReadOnlyList<LikePhotos> Contradictions { get; init; }

    /// <summary>Pairs of duplicate or similar images in two splits.</summary>
    public required IReadOnlyList<Leak> Leaks { get; init; }

    /// <summary>
    /// Labels that are probably wrong, the likeliest errors first; null without features, or with good images of fewer
    /// than two classes.
    /// </summary>
    public required IReadOnlyList<SuspectedLabel>? SuspectedLabels { get; init; }

    /// <summary>Files that were moved to the quarantine folder; empty if there is none.</summary>
    public required IReadOnlyList<QuarantinedFile> Quarantined { get; init; }

    /// <summary>The number of features computed by this check.</summary>
    public required int FeaturesComputed { get; init; }

    /// <summary>The number of features read from the feature store.</summary>
    public required int FeaturesReused { get; init; }

    /// <summary>The elapsed time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The path of the HTML page; null if none was written.</summary>
    public string? Report { get; init; }

    /// <summary>Whether a problem must be fixed before metrics can be trusted.</summary>
    [JsonIgnore]
    public bool MustBeMended => Findings.Any(finding => finding.Severity == FindingSeverity.Mend);
}

/// <summary>The severity of a finding.</summary>
public enum FindingSeverity
{
    /// <summary>Metrics cannot be trusted, or images are lost, until the problem is fixed.</summary>
    Mend,

    /// <summary>A person should look at it.</summary>
    Look,
}

/// <summary>A problem or peculiarity of a dataset.</summary>
/// <param name="Severity">The severity.</param>
/// <param name="Kind">A short, stable name, for example <c>leaks</c>.</param>
/// <param name="Count">The number of cases.</param>
/// <param name="Text">A description with a remedy, for the user.</param>
public sealed record Finding(FindingSeverity Severity, string Kind, int Count, string Text);

/// <summary>One class of a dataset. Sizes are means over its good images, in pixels.</summary>
/// <param name="Name">The name of the class.</param>
/// <param name="Images">The number of files in each split.</param>
/// <param name="MeanWidth">The mean width.</param>
/// <param name="MeanHeight">The mean height.</param>
/// <param name="MeanAspect">The mean of width divided by height.</param>
public sealed record ClassSummary(
    string Name,
    IReadOnlyDictionary<string, int> Images,
    double MeanWidth,
    double MeanHeight,
    double MeanAspect
);

/// <summary>An image that should be looked at.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="Kind">A short, stable name, for example <c>blurred</c>.</param>
/// <param name="Detail">The measured values, for the user.</param>
public sealed record ImageDefect(string Path, string Kind, string Detail);

/// <summary>Two images that are duplicates or similar.</summary>
/// <param name="First">The path of the first image.</param>
/// <param name="FirstLabel">The class of the first image.</param>
/// <param name="Second">The path of the second image.</param>
/// <param name="SecondLabel">The class of the second image.</param>
/// <param name="Kind">The kind of resemblance.</param>
/// <param name="Distance">The distance, see <see cref="ImagePair.Distance"/>.</param>
public sealed record LikePhotos(
    string First,
    string FirstLabel,
    string Second,
    string SecondLabel,
    PairKind Kind,
    double Distance
);

/// <summary>Two duplicate or similar images in different splits; two of the three paths are set.</summary>
/// <param name="Train">The path of the training image.</param>
/// <param name="Validation">The path of the validation image.</param>
/// <param name="Test">The path of the test image.</param>
/// <param name="Kind">The kind of resemblance.</param>
/// <param name="Distance">The distance, see <see cref="ImagePair.Distance"/>.</param>
public sealed record Leak(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Train,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Validation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Test,
    PairKind Kind,
    double Distance
);

/// <summary>A label that is probably wrong.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="Label">The given label.</param>
/// <param name="Suggested">The label that is probably right.</param>
/// <param name="Score">The score, above 0 to 1; see <see cref="LabelSuspicion.Score"/>.</param>
public sealed record SuspectedLabel(string Path, string Label, string Suggested, double Score);

/// <summary>A file that was moved to the quarantine folder.</summary>
/// <param name="Path">The original path.</param>
/// <param name="MovedTo">The new path.</param>
/// <param name="Reason">The reason for moving it.</param>
public sealed record QuarantinedFile(string Path, string MovedTo, string Reason);
