namespace Graft.Learning.Batches;

/// <summary>The order and frequency of examples in an epoch.</summary>
public enum Sampling
{
    /// <summary>Each example once, in random order.</summary>
    Shuffled,

    /// <summary>
    /// The same number of examples of each class, give or take one, in random order. Examples of small classes occur
    /// several times, examples of large classes not in every epoch. The number of examples in an epoch is unchanged.
    /// </summary>
    Balanced,

    /// <summary>Each example once, in the given order; for validation.</summary>
    InOrder,
}
