namespace Graft.Training.DataChecks;

/// <summary>The kind of resemblance between two files.</summary>
public enum PairKind
{
    /// <summary>The same bytes.</summary>
    Exact,

    /// <summary>The same image in the same size, re-encoded.</summary>
    Reencoded,

    /// <summary>The same image in another size.</summary>
    Resized,

    /// <summary>The same image, flipped left to right; possibly in another size.</summary>
    Mirrored,

    /// <summary>
    /// Not the same image, but with such similar features that it may be another shot of the same thing, or a part of
    /// the image.
    /// </summary>
    Similar,
}

/// <summary>Two images that are alike, by their indices in a list.</summary>
/// <param name="First">The index of the first image.</param>
/// <param name="Second">The index of the second image; larger than the first.</param>
/// <param name="Kind">The kind of resemblance.</param>
/// <param name="Distance">
/// The distance, at least 0: 1 minus the cosine of the features or, without features, 1 minus the correlation of the
/// signatures. 0 for equal bytes.
/// </param>
public readonly record struct ImagePair(int First, int Second, PairKind Kind, double Distance)
{
    /// <summary>Whether both files show the same image.</summary>
    public bool IsSamePicture => Kind != PairKind.Similar;
}
