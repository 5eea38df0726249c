using Graft.Data;
using Graft.Data.Hashing;
using Graft.Data.Measurements;

namespace Graft.Features;

/// <summary>
/// What is known of one picture while features are extracted. Each instance is written by one thread at a time.
/// </summary>
internal sealed class PictureState(ImageContent content)
{
    public ImageContent Content { get; } = content;

    /// <summary>The hash of its bytes, once they could be read.</summary>
    public ContentHash? Hash { get; set; }

    /// <summary>What was measured of it when it was decoded; null where it was not, or nobody asked.</summary>
    public ImageFacts? Facts { get; set; }

    /// <summary>Why it is bad, if it is.</summary>
    public string? Reason { get; set; }

    /// <summary>Whether the reason lies in the bytes, so that it holds for them everywhere and for ever.</summary>
    public bool ReasonIsInContent { get; set; }
}
