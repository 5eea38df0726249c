namespace Graft.Features;

/// <summary>Features with the class of each image. Does not own the features.</summary>
/// <param name="Features">The features.</param>
/// <param name="Indices">The indices of the images in the set.</param>
/// <param name="Labels">The class of each of them, from 0.</param>
public sealed record LabelledFeatures(FeatureSet Features, IReadOnlyList<int> Indices, IReadOnlyList<int> Labels)
{
    /// <summary>The number of images.</summary>
    public int Count => Indices.Count;
}
