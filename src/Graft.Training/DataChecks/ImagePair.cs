namespace Graft.Training.DataChecks;

/// <summary>How two files are alike.</summary>
public enum PairKind
{
    /// <summary>The same bytes.</summary>
    Exact,

    /// <summary>The same image of the same size, encoded anew.</summary>
    Reencoded,

    /// <summary>The same image at another size.</summary>
    Resized,

    /// <summary>The same image, left and right exchanged; perhaps at another size.</summary>
    Mirrored,

    /// <summary>
    /// Not the same image, but so alike to the network that it may be another shot of the same thing, or a part of
    /// the image.
    /// </summary>
    Similar,
}

/// <summary>Two photos that are alike, by their places in a list.</summary>
/// <param name="First">The first.</param>
/// <param name="Second">The second, behind the first.</param>
/// <param name="Kind">How they are alike.</param>
/// <param name="Distance">
/// How far apart they are: 1 minus the cosine of their features, or without features 1 minus the correlation of their
/// images; 0 for equal bytes.
/// </param>
public readonly record struct ImagePair(int First, int Second, PairKind Kind, double Distance)
{
    /// <summary>Whether both show the same image.</summary>
    public bool IsSamePicture => Kind != PairKind.Similar;
}
