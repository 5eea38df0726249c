using FsCheck;
using FsCheck.Fluent;

namespace Graft.Imaging.Tests;

public class MutationTests
{
    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("base.png")]
    [InlineData("rgba16.png")]
    [InlineData("palette-transparent.png")]
    [InlineData("profile.png")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    [InlineData("animated.gif")]
    [InlineData("tiff-lzw.tif")]
    [InlineData("one-bit.tif")]
    [InlineData("raw.tif")]
    public void Altered_bytes_give_a_picture_or_an_image_exception(string name)
    {
        var valid = Reference.Bytes(name);
        var decoder = new ImageDecoder(new() { MaximumPixels = 4_000_000 });

        // Headers matter most, so half of the changes are in the first bytes.
        var place = Gen.OneOf(Gen.Choose(0, Math.Min(64, valid.Length - 1)), Gen.Choose(0, valid.Length - 1));
        var change = Gen.Two(Gen.Choose(0, 255))
            .SelectMany(two => place.Select(at => (At: at, Value: (byte)two.Item1)));
        var mutations = Gen.Choose(1, 8)
            .SelectMany(count => Gen.ArrayOf(change, count))
            .SelectMany(changes => Gen.Choose(1, valid.Length * 4).Select(length => (changes, length)));

        Prop.ForAll(Arb.From(mutations), mutation =>
            {
                var bytes = valid[..Math.Min(mutation.length, valid.Length)];
                foreach (var (at, value) in mutation.changes)
                {
                    if (at < bytes.Length)
                        bytes[at] = value;
                }

                try
                {
                    using var image = decoder.Decode(bytes, name);
                    return image.Pixels.Length == image.Width * image.Height * 3;
                }
                catch (ImageException refused)
                {
                    return refused.Reason.Length > 0;
                }
            })
            .QuickCheckThrowOnFailure();
    }
}
