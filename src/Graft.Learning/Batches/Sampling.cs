namespace Graft.Learning.Batches;

/// <summary>In which order, and how often, an epoch shows its examples.</summary>
public enum Sampling
{
    /// <summary>Each once, in a random order.</summary>
    Shuffled,

    /// <summary>
    /// As many of each class (give or take one), in a random order: examples of small classes several times, of large
    /// ones not in every epoch. As many in all as there are examples.
    /// </summary>
    Balanced,

    /// <summary>Each once, in the order given; for validation.</summary>
    InOrder,
}
