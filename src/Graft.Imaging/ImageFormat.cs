namespace Graft.Imaging;

/// <summary>The image formats that Graft reads. A file's content decides its format; its name does not.</summary>
public enum ImageFormat
{
    /// <summary>JPEG, baseline or progressive.</summary>
    Jpeg,

    /// <summary>PNG; of an animated one the still image.</summary>
    Png,

    /// <summary>WebP, lossy or lossless; of an animated one the first frame.</summary>
    WebP,

    /// <summary>GIF; of an animated one the first frame.</summary>
    Gif,

    /// <summary>TIFF; the first page.</summary>
    Tiff,
}
