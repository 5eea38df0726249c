using System.Text.Json.Serialization;

namespace Graft.Classification.Confidence;

/// <summary>How training images were held out to set temperature and thresholds with.</summary>
public enum HoldOut
{
    /// <summary>Each in turn: heads that had not seen them judged them, and the final head learned from all.</summary>
    [JsonStringEnumMemberName("InTurn")]
    OutOfFold,

    /// <summary>Kept aside: the model has not learned from them.</summary>
    [JsonStringEnumMemberName("KeptAside")]
    CalibrationSplit,

    /// <summary>Kept aside from a model that was trained in the same way; this one then learned from all.</summary>
    Refit,
}
