namespace Graft.Classification;

/// <summary>The parts of a classifier that can be exported.</summary>
[Flags]
public enum ModelParts
{
    /// <summary>No part.</summary>
    None = 0,

    /// <summary>The whole classifier, from pixels to probabilities.</summary>
    Classifier = 1,

    /// <summary>The trunk, from pixels to features.</summary>
    Trunk = 2,

    /// <summary>The head, from features to probabilities.</summary>
    Head = 4,

    /// <summary>All three parts.</summary>
    All = Classifier | Trunk | Head,
}
