namespace Graft.Data.Measurements;

/// <summary>
/// A perceptual hash of 256 numbers instead of 64 bits: the luminance of an image at 16 x 16 pixels, minus its mean and
/// scaled to length 1. The dot product of two signatures is the correlation of the images, close to 1 for the same
/// image whatever its size, format and compression, so one matrix product compares many images. The signature of a
/// flipped image is the flipped signature. Immutable.
/// </summary>
public sealed class ImageSignature
{
    /// <summary>Width and height in pixels.</summary>
    public const int Side = 16;

    /// <summary>How many numbers a signature has.</summary>
    public const int Length = Side * Side;

    /// <summary>An image is blank if the standard deviation of its luminance, 0 to 255, is below this.</summary>
    private const double SmallestDeviation = 1;

    private readonly float[] _values;

    private ImageSignature(float[] values) => _values = values;

    /// <summary>The numbers, row by row; all 0 for a blank image.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Whether the image is too uniform to be compared.</summary>
    public bool IsBlank => !_values.AsSpan().ContainsAnyExcept(0f);

    /// <summary>Makes the signature of a small image.</summary>
    /// <param name="luminance"><c>[16, 16]</c> values of 0 to 255.</param>
    public static ImageSignature Compute(ReadOnlySpan<float> luminance)
    {
        if (luminance.Length != Length)
            throw new ArgumentException(
                $"A signature is made of {Length} values, not of {luminance.Length}.",
                nameof(luminance)
            );
        var mean = 0.0;
        foreach (var value in luminance)
            mean += value;
        mean /= Length;
        var squares = 0.0;
        foreach (var value in luminance)
            squares += (value - mean) * (value - mean);
        var values = new float[Length];
        if (Math.Sqrt(squares / Length) < SmallestDeviation)
            return new(values);
        var scale = 1 / Math.Sqrt(squares);
        for (var i = 0; i < Length; i++)
            values[i] = (float)((luminance[i] - mean) * scale);
        return new(values);
    }

    /// <summary>Makes a signature from numbers that <see cref="Values"/> returned.</summary>
    public static ImageSignature FromValues(ReadOnlySpan<float> values) => new(values.ToArray());

    /// <summary>The signature of the image flipped left to right.</summary>
    public ImageSignature Flipped()
    {
        var flipped = new float[Length];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
                flipped[(y * Side) + x] = _values[(y * Side) + Side - 1 - x];
        }

        return new(flipped);
    }

    /// <summary>The correlation of two images, -1 to 1; 0 if one is blank.</summary>
    /// <param name="other">The other image.</param>
    public double Correlation(ImageSignature other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var sum = 0.0;
        for (var i = 0; i < Length; i++)
            sum += (double)_values[i] * other._values[i];
        return sum;
    }
}
