using System.Globalization;

namespace Graft.Learning.Heads;

/// <summary>The head to put on a trunk: <c>linear</c>, <c>dense:128</c>, <c>conv:100</c> or <c>vgg:256</c>.</summary>
/// <param name="Kind">The kind of head.</param>
/// <param name="Units">Hidden units or filters; 0 for a linear head.</param>
public sealed record HeadSpecification(HeadKind Kind, int Units)
{
    private const int MaximumUnits = 65536;

    /// <summary>The default head.</summary>
    public static HeadSpecification Linear { get; } = new(HeadKind.Linear, 0);

    /// <summary>Whether the head needs spatial features or tokens rather than pooled features.</summary>
    public bool IsSpatial => Kind == HeadKind.Convolution;

    /// <summary>Parses a specification.</summary>
    /// <param name="text">For example <c>dense:128</c>; the number may be left out.</param>
    /// <exception cref="FormatException">The text is not a head; the message lists the valid forms.</exception>
    public static HeadSpecification Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Trim().Split(':', 2);
        var kind = parts[0].ToLowerInvariant() switch
        {
            "linear" => HeadKind.Linear,
            "dense" => HeadKind.Dense,
            "conv" => HeadKind.Convolution,
            "vgg" => HeadKind.Vgg,
            _ => throw Wrong(text, "there is no such head"),
        };
        if (kind == HeadKind.Linear)
            return parts.Length == 1 ? Linear : throw Wrong(text, "a linear head has no units");
        if (parts.Length == 1)
            return new(
                kind,
                kind switch
                {
                    HeadKind.Dense => 128,
                    HeadKind.Convolution => 100,
                    _ => 256,
                }
            );
        if (
            !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var units)
            || units is < 1 or > MaximumUnits
        )
            throw Wrong(text, $"the number of units must be 1 to {MaximumUnits}");
        return new(kind, units);
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        Kind switch
        {
            HeadKind.Linear => "linear",
            HeadKind.Dense => string.Create(CultureInfo.InvariantCulture, $"dense:{Units}"),
            HeadKind.Vgg => string.Create(CultureInfo.InvariantCulture, $"vgg:{Units}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"conv:{Units}"),
        };

    private static FormatException Wrong(string text, string reason) =>
        new(
            $"'{text}' is not a head: {reason}. Use 'linear', 'dense:128' (hidden units), 'conv:100' (filters on "
                + $"the feature map) or 'vgg:256' (hidden units, after a VGG's own)."
        );
}
