namespace Graft.Imaging;

/// <summary>The content of an image's header, read without decoding pixels.</summary>
/// <param name="Format">The format of the content.</param>
/// <param name="Width">Width in pixels as displayed, that is, after <paramref name="Orientation"/> is applied.</param>
/// <param name="Height">Height in pixels as displayed.</param>
/// <param name="Bands">Values per pixel as stored: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha or CMYK.</param>
/// <param name="Orientation">EXIF orientation, 1 (upright) to 8; 5 to 8 swap width and height.</param>
/// <param name="HasColourProfile">Whether an ICC profile is embedded.</param>
public sealed record ImageInfo(
    ImageFormat Format,
    int Width,
    int Height,
    int Bands,
    int Orientation,
    bool HasColourProfile
);
