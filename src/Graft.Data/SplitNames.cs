namespace Graft.Data;

/// <summary>What the splits of a dataset are called.</summary>
public static class SplitNames
{
    /// <summary>What is learned from.</summary>
    public const string Training = "train";

    /// <summary>What decides when to stop.</summary>
    public const string Validation = "validation";

    /// <summary>What is only measured with.</summary>
    public const string Test = "test";

    /// <summary>
    /// The split that a word means; <c>val</c> and <c>valid</c> are validation. Null where it means none.
    /// </summary>
    /// <param name="word">The word, in any case.</param>
    public static string? Parse(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.ToLowerInvariant() switch
        {
            "train" => Training,
            "validation" or "val" or "valid" => Validation,
            "test" => Test,
            _ => null,
        };
    }
}
