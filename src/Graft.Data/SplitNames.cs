namespace Graft.Data;

/// <summary>The names of a dataset's splits.</summary>
public static class SplitNames
{
    /// <summary>The images that a classifier is trained on.</summary>
    public const string Training = "train";

    /// <summary>The images that decide when training stops.</summary>
    public const string Validation = "validation";

    /// <summary>The images that are used only for evaluation.</summary>
    public const string Test = "test";

    /// <summary>
    /// The split that a word names; null if it names none. <c>val</c> and <c>valid</c> name validation.
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
