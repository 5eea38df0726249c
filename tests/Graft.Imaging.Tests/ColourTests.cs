namespace Graft.Imaging.Tests;

public class ColourTests
{
    /// <summary>
    /// Which exact red a press prints is a matter of its profile; without one, what must hold is which of red, green
    /// and blue an ink absorbs, and that nothing is inverted. Adobe's programs, and so JPEG, store the inks upside
    /// down.
    /// </summary>
    [Theory]
    [InlineData("cmyk.jpg")]
    [InlineData("cmyk.tif")]
    public void Cmyk_inks_absorb_their_colours(string name)
    {
        using var image = new ImageDecoder().Decode(Reference.Bytes(name), name);
        Assert.Equal((96, 16), (image.Width, image.Height));
        Assert.Equal(4, new ImageDecoder().Probe(Reference.Bytes(name), name).Bands);

        var (white, black, cyan) = (Patch(image, 0), Patch(image, 1), Patch(image, 2));
        var (magenta, yellow, red) = (Patch(image, 3), Patch(image, 4), Patch(image, 5));
        Assert.True(white is { Red: > 245, Green: > 245, Blue: > 245 }, $"white is {white}");
        Assert.True(black is { Red: < 60, Green: < 60, Blue: < 60 }, $"black is {black}");
        Assert.True(cyan is { Red: < 80, Green: > 120, Blue: > 180 }, $"cyan is {cyan}");
        Assert.True(magenta is { Red: > 180, Green: < 80, Blue: > 100 }, $"magenta is {magenta}");
        Assert.True(yellow is { Red: > 220, Green: > 200, Blue: < 80 }, $"yellow is {yellow}");
        Assert.True(red is { Red: > 180, Green: < 80, Blue: < 80 }, $"red is {red}");
    }

    private static (byte Red, byte Green, byte Blue) Patch(RgbImage image, int index)
    {
        var centre = image.Pixels.Slice((8 * image.Width + index * 16 + 8) * 3, 3);
        return (centre[0], centre[1], centre[2]);
    }
}
