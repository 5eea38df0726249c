namespace Graft.Models.Downloads;

/// <summary>What a pull is doing.</summary>
public enum PullPhase
{
    /// <summary>Another process is pulling the same; this one waits for it.</summary>
    Wait,

    /// <summary>The package or file is downloaded.</summary>
    Download,

    /// <summary>Its digest is computed and compared.</summary>
    Verify,

    /// <summary>The package is unpacked.</summary>
    Unpack,

    /// <summary>The weights are converted.</summary>
    Convert,
}

/// <summary>How far a pull is.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Bytes">
/// How many bytes of the phase are done; while downloading as far as can be seen from outside npm.
/// </param>
/// <param name="TotalBytes">How many bytes the phase has; 0 when it cannot be told.</param>
public sealed record PullProgress(PullPhase Phase, long Bytes, long TotalBytes)
{
    /// <summary>What is done of the phase, from 0 to 1; null when it cannot be told.</summary>
    public double? Fraction => TotalBytes > 0 ? Math.Clamp((double)Bytes / TotalBytes, 0, 1) : null;
}
