namespace Graft.Classification.Confidence;

/// <summary>
/// What a model knows of its own limits, all of it from training images that were held out. Immutable; kept in the
/// model file.
/// </summary>
public sealed record ModelConfidence
{
    /// <summary>
    /// What the logits were divided by; it is in the weights already. 1 where too few images were held out.
    /// </summary>
    public required double Temperature { get; init; }

    /// <summary>How many images were held out.</summary>
    public required int Images { get; init; }

    /// <summary>How they were held out.</summary>
    public required HoldOut HoldOut { get; init; }

    /// <summary>
    /// How improbable held-out images' own classes were, for prediction sets; null where too few images were held out.
    /// </summary>
    public ScoreQuantiles? Sets { get; init; }

    /// <summary>Tells pictures of other things; null where there were too few training pictures.</summary>
    public UnknownDetector? Unknown { get; init; }

    /// <summary>Whether the numbers can be those of a file that was not altered.</summary>
    public bool IsValid =>
        Temperature > 0
        && double.IsFinite(Temperature)
        && Images >= 0
        && Sets?.IsValid != false
        && Unknown?.IsValid != false;
}
