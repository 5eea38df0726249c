using System.Runtime.InteropServices;

namespace Graft.Imaging.Native;

/// <summary>A reference to a libvips image: a header and a way to compute the pixels on demand.</summary>
internal sealed class VipsImage : SafeHandle
{
    /// <summary>Takes ownership of a reference.</summary>
    public VipsImage(nint reference)
        : base(0, ownsHandle: true) => SetHandle(reference);

    public override bool IsInvalid => handle == 0;

    public int Width => VipsFunctions.Width(this);

    public int Height => VipsFunctions.Height(this);

    public int Bands => VipsFunctions.Bands(this);

    public VipsInterpretation Interpretation => (VipsInterpretation)VipsFunctions.Interpretation(this);

    public VipsBandFormat BandFormat => (VipsBandFormat)VipsFunctions.BandFormat(this);

    /// <summary>EXIF orientation, 1 to 8; 1 where it is missing or invalid.</summary>
    public int Orientation => VipsFunctions.Orientation(this) is >= 1 and <= 8 and var orientation ? orientation : 1;

    public bool HasColourProfile => VipsFunctions.TypeOf(this, "icc-profile-data") != 0;

    /// <summary>Makes an image from a copy of 8-bit RGB pixels.</summary>
    /// <returns>The image, or null when libvips reports an error.</returns>
    public static unsafe VipsImage? OfPixels(ReadOnlySpan<byte> rgb, int width, int height)
    {
        fixed (byte* pixels = rgb)
        {
            var image = VipsFunctions.NewImage(pixels, (nuint)rgb.Length, width, height, 3, (int)VipsBandFormat.Byte);
            return image == 0 ? null : new(image);
        }
    }

    protected override bool ReleaseHandle()
    {
        VipsFunctions.Unreference(handle);
        return true;
    }
}
