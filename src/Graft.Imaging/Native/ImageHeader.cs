using NetVips;

namespace Graft.Imaging.Native;

/// <summary>What Graft reads of the metadata of an image that libvips opened.</summary>
internal static class ImageHeader
{
    extension(Image image)
    {
        /// <summary>EXIF orientation, 1 to 8; 1 where it is missing or invalid.</summary>
        public int Orientation =>
            image.Contains("orientation") && image.Get("orientation") is int and >= 1 and <= 8 and var orientation
                ? orientation
                : 1;

        public bool HasColourProfile => image.Contains("icc-profile-data");
    }
}
