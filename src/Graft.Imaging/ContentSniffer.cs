using System.Text;

namespace Graft.Imaging;

/// <summary>The kind of a file as identified by its first bytes.</summary>
/// <param name="Format">The format, if Graft reads it; otherwise null.</param>
/// <param name="Name">A short, stable name: "BMP", "PDF", "text".</param>
/// <param name="Remedy">What to do with a file that Graft does not read; otherwise empty.</param>
internal readonly record struct Content(ImageFormat? Format, string Name, string Remedy);

/// <summary>Identifies file formats by their signatures. The file's name has no influence.</summary>
internal static class ContentSniffer
{
    private const int TextSample = 512;

    private const string Remove = "Remove the file, or replace it with a JPEG, PNG, WebP, GIF or TIFF.";

    private static readonly (string Brands, string Name, string Extension)[] FileTypeBrands =
    [
        ("heic heix heim heis hevc hevx hevm hevs mif1 msf1", "HEIC", "heic"),
        ("avif avis", "AVIF", "avif"),
        ("crx ", "Canon raw", "cr3"),
    ];

    /// <summary>Signatures of formats that Graft does not read: bytes as Latin-1, '?' for any byte.</summary>
    private static readonly (string Signature, string Name, string? Extension)[] Others =
    [
        ("BM", "BMP", "bmp"),
        ("\0\0\x01\0", "ICO", "ico"),
        ("8BPS", "PSD", "psd"),
        ("%PDF", "PDF", "pdf"),
        ("%!PS", "PostScript", "eps"),
        ("\0\0\0\fjP  ", "JPEG 2000", "jp2"),
        ("\xFFO\xFFQ", "JPEG 2000", "j2k"),
        ("\0\0\0\fJXL ", "JPEG XL", "jxl"),
        ("\xFF\n", "JPEG XL", "jxl"),
        ("v/1\x01", "OpenEXR", "exr"),
        ("#?RADIANCE", "Radiance HDR", "hdr"),
        ("qoif", "QOI", "qoi"),
        ("DDS ", "DDS", "dds"),
        ("RIFF????AVI ", "AVI video", null),
        ("\x1A" + "E\xDF\xA3", "Matroska or WebM video", null),
        ("\0\0\x01\xBA", "MPEG video", null),
        ("PK\x03\x04", "ZIP", null),
        ("Rar!", "RAR", null),
        ("7z\xBC\xAF", "7-Zip", null),
        ("\x1F\x8B", "gzip", null),
        ("ID3", "MP3", null),
        ("\x7F" + "ELF", "program", null),
        ("MZ", "program", null),
    ];

    /// <summary>Identifies the format of the bytes; at least one byte is required.</summary>
    public static Content Sniff(ReadOnlySpan<byte> bytes)
    {
        if (Known(bytes) is { } format)
            return new(format, format.ToString(), "");
        if (Begins(bytes, "????ftyp"))
            return FileType(bytes);
        foreach (var (signature, name, extension) in Others)
        {
            if (Begins(bytes, signature))
                return new(null, name, extension is null ? Remove : Convert(extension));
        }

        if (
            bytes.Length > 2
            && bytes[0] == 'P'
            && bytes[1] is >= (byte)'1' and <= (byte)'7'
            && bytes[2] is (byte)'\n' or (byte)' '
        )
            return new(null, "PNM", Convert("ppm"));
        return Text(bytes) ?? new(null, "unknown data", Remove);
    }

    private static ImageFormat? Known(ReadOnlySpan<byte> bytes)
    {
        if (Begins(bytes, "\xFF\xD8\xFF"))
            return ImageFormat.Jpeg;
        if (Begins(bytes, "\x89PNG\r\n\x1A\n"))
            return ImageFormat.Png;
        if (Begins(bytes, "GIF87a") || Begins(bytes, "GIF89a"))
            return ImageFormat.Gif;
        if (Begins(bytes, "RIFF????WEBP"))
            return ImageFormat.WebP;
        return Begins(bytes, "II*\0") || Begins(bytes, "MM\0*") || Begins(bytes, "II+\0") || Begins(bytes, "MM\0+")
            ? ImageFormat.Tiff
            : null;
    }

    private static Content FileType(ReadOnlySpan<byte> bytes)
    {
        var brand = bytes.Length >= 12 ? Encoding.Latin1.GetString(bytes[8..12]) : "";
        foreach (var (brands, name, extension) in FileTypeBrands)
        {
            if (brand.Length == 4 && brands.Contains(brand, StringComparison.Ordinal))
                return new(null, name, Convert(extension));
        }

        return new(null, "MP4 or QuickTime video", Remove);
    }

    private static Content? Text(ReadOnlySpan<byte> bytes)
    {
        var sample = bytes[..Math.Min(bytes.Length, TextSample)];
        foreach (var value in sample)
        {
            if (value is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7F)
                return null;
        }

        var text = Encoding.UTF8.GetString(sample);
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return new(null, "SVG", Convert("svg"));
        return
            text.Contains("<html", StringComparison.OrdinalIgnoreCase)
            || text.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase)
            ? new(
                null,
                "HTML",
                "A web page was saved instead of the image. Download the image again, or remove the file."
            )
            : new(null, "text", Remove);
    }

    private static bool Begins(ReadOnlySpan<byte> bytes, string signature)
    {
        if (bytes.Length < signature.Length)
            return false;
        for (var i = 0; i < signature.Length; i++)
        {
            if (signature[i] != '?' && bytes[i] != signature[i])
                return false;
        }

        return true;
    }

    private static string Convert(string extension) =>
        $"Convert it to JPEG or PNG, for example with ImageMagick: magick photo.{extension} "
        + $"photo.{(extension == "bmp" ? "png" : "jpg")}"
        + (extension == "heic" ? " (or on macOS: sips -s format jpeg photo.heic --out photo.jpg)." : ".");
}
