namespace Graft.Imaging;

/// <summary>
/// Limits that are checked before memory is allocated, so that a crafted or mistaken file cannot exhaust the machine.
/// Immutable.
/// </summary>
public sealed record ImageLimits
{
    private const long MostPixels = int.MaxValue / 3;

    private readonly long _maximumPixels = 268_435_456;
    private readonly long _maximumFileBytes = 256L << 20;

    /// <summary>
    /// The largest product of width and height; 268,435,456 (16,384 x 16,384) unless set, which takes 768 MiB when it
    /// is decoded in full.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Less than 1, or more than 715,827,882, which one buffer cannot hold.
    /// </exception>
    public long MaximumPixels
    {
        get => _maximumPixels;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostPixels);
            _maximumPixels = value;
        }
    }

    /// <summary>The largest file in bytes; 256 MiB unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Less than 1, or more than 2,147,483,591, the longest array.
    /// </exception>
    public long MaximumFileBytes
    {
        get => _maximumFileBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Array.MaxLength);
            _maximumFileBytes = value;
        }
    }
}
