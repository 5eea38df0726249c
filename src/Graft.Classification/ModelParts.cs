namespace Graft.Classification;

/// <summary>The parts of a classifier that can be written.</summary>
[Flags]
public enum ModelParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>From pixels to probabilities.</summary>
    Classifier = 1,

    /// <summary>From pixels to features.</summary>
    Trunk = 2,

    /// <summary>From features to probabilities.</summary>
    Head = 4,

    /// <summary>All three.</summary>
    All = Classifier | Trunk | Head,
}
