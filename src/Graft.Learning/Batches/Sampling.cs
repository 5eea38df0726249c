namespace Graft.Learning.Batches;

/// <summary>The order and frequency of examples in an epoch.</summary>
public enum Sampling
{
    /// <summary>Each once, in a random order.</summary>
    Shuffled,

    /// <summary>
    /// As many examples of each class, give or take one, in a random order. Examples of small classes come several
    /// times, examples of large classes not in every epoch. An epoch has as many examples as there are in all.
    /// </summary>
    Balanced,

    /// <summary>Each once, in the order given; for validation.</summary>
    InOrder,
}
