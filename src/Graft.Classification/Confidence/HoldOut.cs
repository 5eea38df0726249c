using System.Text.Json.Serialization;

namespace Graft.Classification.Confidence;

/// <summary>How training images were held out to calibrate the temperature and the thresholds.</summary>
public enum HoldOut
{
    /// <summary>
    /// Out-of-fold: each image is predicted by a head not trained on it; the final head is trained on all images.
    /// </summary>
    [JsonStringEnumMemberName("InTurn")]
    OutOfFold,

    /// <summary>A calibration split: the model is not trained on it.</summary>
    [JsonStringEnumMemberName("KeptAside")]
    CalibrationSplit,

    /// <summary>
    /// A calibration split of a first model trained in the same way; the final model is trained on all images.
    /// </summary>
    Refit,
}
