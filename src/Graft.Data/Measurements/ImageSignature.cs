namespace Graft.Data.Measurements;

/// <summary>
/// A perceptual hash in 256 numbers instead of 64 bits: the luminance of a photo at 16 x 16 pixels, without its mean
/// and brought to length 1. The product of two is the correlation of the images, 1 for the same image whatever its
/// size, format and compression, so that many are compared by one matrix product. A mirrored photo has the mirrored
/// signature. Immutable.
/// </summary>
public sealed class ImageSignature
{
    /// <summary>Width and height in pixels.</summary>
    public const int Side = 16;

    /// <summary>How many numbers a signature has.</summary>
    public const int Length = Side * Side;

    /// <summary>
    /// A photo with less deviation than this, in steps of luminance, shows nothing that could be compared.
    /// </summary>
    private const double SmallestDeviation = 1;

    private readonly float[] _values;

    private ImageSignature(float[] values) => _values = values;

    /// <summary>The numbers, row by row; all 0 of a photo that shows nothing.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>Whether the photo shows nothing that could be compared.</summary>
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

    /// <summary>Takes over numbers that <see cref="Values"/> gave.</summary>
    public static ImageSignature FromValues(ReadOnlySpan<float> values) => new(values.ToArray());

    /// <summary>The signature of the image flipped left to right.</summary>
    public ImageSignature Flipped()
    {
        var mirrored = new float[Length];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
                mirrored[(y * Side) + x] = _values[(y * Side) + Side - 1 - x];
        }

        return new(mirrored);
    }

    /// <summary>The correlation of two images, -1 to 1; 0 where one shows nothing.</summary>
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
