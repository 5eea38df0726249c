namespace Graft.Features.Backbones;

/// <summary>Who says what is done to an image before a backbone sees it.</summary>
public enum PreprocessingOrigin
{
    /// <summary>The catalogue, of the weights or of their architecture.</summary>
    Catalogue,

    /// <summary>The file of the network.</summary>
    File,

    /// <summary>The user, in part or as a whole.</summary>
    Options,

    /// <summary>Nobody: what is usual for files of that kind was taken.</summary>
    Assumed,
}
