namespace Graft.Features.Backbones;

/// <summary>Where a backbone's preprocessing comes from.</summary>
public enum PreprocessingOrigin
{
    /// <summary>The catalogue entry of the weights or of their architecture.</summary>
    Catalogue,

    /// <summary>The file of the network.</summary>
    File,

    /// <summary>The user's options, in part or as a whole.</summary>
    Options,

    /// <summary>Nothing stated it; what is usual for files of that kind is assumed.</summary>
    Assumed,
}
