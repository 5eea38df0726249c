namespace Graft.Classification;

/// <summary>Whether a model file reproduces its stored outputs on this machine.</summary>
public sealed record VerificationReport
{
    /// <summary>The classifier's file.</summary>
    public required string Model { get; init; }

    /// <summary>The SHA-256 of the file in lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The number of golden images in the file.</summary>
    public required int Images { get; init; }

    /// <summary>The largest absolute difference from a stored probability.</summary>
    public required double LargestDifference { get; init; }

    /// <summary>
    /// The largest difference allowed. Other instruction sets and algorithms cause far smaller differences.
    /// </summary>
    public required double Tolerance { get; init; }

    /// <summary>Whether <see cref="LargestDifference"/> is within <see cref="Tolerance"/>.</summary>
    public required bool Passed { get; init; }

    /// <summary>The numerics of the computation, such as the convolution algorithm.</summary>
    public required string Numerics { get; init; }
}
