namespace Graft.Imaging;

/// <summary>
/// Limits that are checked before memory is allocated, so that a malicious or mistaken file cannot exhaust the
/// machine's memory. Immutable.
/// </summary>
public sealed record ImageLimits
{
    private const long MostPixels = int.MaxValue / 3;

    private readonly long _maximumPixels = 268_435_456;
    private readonly long _maximumFileBytes = 256L << 20;

    /// <summary>
    /// The largest product of width and height. The default is 268,435,456 (16,384 x 16,384), which takes 768 MiB when
    /// it is decoded at full size.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Less than 1, or more than 715,827,882, the most pixels that one buffer can hold.
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

    /// <summary>The largest file size in bytes. The default is 256 MiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Less than 1, or more than 2,147,483,591, the length of the longest array.
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
