namespace Graft.Classification.Confidence;

/// <summary>
/// The confidence calibration of a model, computed from held-out training images. Stored in the model file. Immutable.
/// </summary>
public sealed record ModelConfidence
{
    /// <summary>
    /// The temperature that the logits are divided by; already folded into the weights. 1 if too few images were held
    /// out.
    /// </summary>
    public required double Temperature { get; init; }

    /// <summary>The number of held-out images.</summary>
    public required int Images { get; init; }

    /// <summary>How the images were held out.</summary>
    public required HoldOut HoldOut { get; init; }

    /// <summary>
    /// Scores for prediction sets: 1 minus the probability of the true class, for held-out images. Null if too few
    /// images were held out.
    /// </summary>
    public ScoreQuantiles? Sets { get; init; }

    /// <summary>Detects images of unknown classes; null if there were too few training images.</summary>
    public UnknownDetector? Unknown { get; init; }

    /// <summary>Whether all values are within their valid ranges.</summary>
    public bool IsValid =>
        Temperature > 0
        && double.IsFinite(Temperature)
        && Images >= 0
        && Sets?.IsValid != false
        && Unknown?.IsValid != false;
}
