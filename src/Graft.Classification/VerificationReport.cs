namespace Graft.Classification;

/// <summary>Whether a model file and this machine still say what was said when the file was written.</summary>
public sealed record VerificationReport
{
    /// <summary>The classifier's file.</summary>
    public required string Model { get; init; }

    /// <summary>The SHA-256 of the file in lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>How many golden images the file has.</summary>
    public required int Images { get; init; }

    /// <summary>The largest difference of a probability from what it was.</summary>
    public required double LargestDifference { get; init; }

    /// <summary>
    /// How large a difference may be: other instructions and algorithms round otherwise, and differ far less.
    /// </summary>
    public required double Tolerance { get; init; }

    /// <summary>Whether the difference is no larger than that.</summary>
    public required bool Passed { get; init; }

    /// <summary>How it was computed.</summary>
    public required string Numerics { get; init; }
}
