namespace Graft.Imaging.Native;

/// <summary>
/// The meaning of an image's bands: the values of libvips's VipsInterpretation that its loaders use for images.
/// </summary>
internal enum VipsInterpretation
{
    Grey = 1,
    Cmyk = 15,
    Lab = 13,
    LabShort = 21,
    Rgb = 17,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
}

/// <summary>The type of a band's values: libvips's VipsBandFormat.</summary>
internal enum VipsBandFormat
{
    Byte = 0,
    SignedByte = 1,
    UnsignedShort = 2,
    Short = 3,
    UnsignedInteger = 4,
    Integer = 5,
    Float = 6,
}
