namespace Graft.Imaging;

/// <summary>The image formats that Graft reads. A file's content decides its format; its name does not.</summary>
public enum ImageFormat
{
    /// <summary>JPEG, baseline or progressive.</summary>
    Jpeg,

    /// <summary>PNG; the still image of an animated one.</summary>
    Png,

    /// <summary>WebP, lossy or lossless; the first frame of an animated one.</summary>
    WebP,

    /// <summary>GIF; the first frame of an animated one.</summary>
    Gif,

    /// <summary>TIFF; its first page.</summary>
    Tiff,
}
