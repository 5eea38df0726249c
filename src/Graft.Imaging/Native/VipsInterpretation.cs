namespace Graft.Imaging.Native;

/// <summary>
/// What an image's bands mean: the values of libvips's VipsInterpretation that its loaders give for images.
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

/// <summary>What type a band's values have: libvips's VipsBandFormat.</summary>
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
