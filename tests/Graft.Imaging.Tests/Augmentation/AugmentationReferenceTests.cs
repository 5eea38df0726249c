using System.Text.Json;
using Graft.Imaging.Augmentation;

namespace Graft.Imaging.Tests.Augmentation;

/// <summary>Against the numbers of torchvision and Pillow that data/make_augmentation.py wrote down.</summary>
public class AugmentationReferenceTests
{
    private const int Width = 13;
    private const int Height = 11;

    private static readonly JsonElement Numbers = JsonDocument.Parse(Reference.Bytes("augmentation.json")).RootElement;

    [Fact]
    public void Rotation_shift_magnification_and_shear_are_torchvisions()
    {
        using var picture = Reference.Formula(Width, Height);
        foreach (var one in Numbers.GetProperty("affine").EnumerateArray())
        {
            var transform = new ImageTransform
            {
                Rotation = Number(one, "rotation"),
                ShiftRight = Number(one, "shiftRight"),
                ShiftDown = Number(one, "shiftDown"),
                Magnification = Number(one, "magnification"),
                Shear = Number(one, "shear"),
                Fill = FillMode.Constant,
            };
            // torch computes places in single precision, of a picture without any two alike neighbours.
            WarpTests.AssertNear(Pixels(one), WarpTests.Render(picture, Width, Height, transform), 5e-3);
        }
    }

    [Fact]
    public void Cutting_out_is_Pillows_but_for_its_rounding()
    {
        using var picture = Reference.Formula(Width, Height);
        foreach (var one in Numbers.GetProperty("crop").EnumerateArray())
        {
            var box = new UnitBox(Number(one, "left"), Number(one, "top"), Number(one, "width"), Number(one, "height"));
            WarpTests.AssertNear(Pixels(one), WarpTests.Render(picture, Width, Height, new() { Crop = box }), 1);
        }
    }

    [Fact]
    public void Brightness_contrast_and_saturation_are_torchvisions()
    {
        using var picture = Reference.Formula(Width, Height);
        foreach (ref var value in picture.Pixels)
            value = (byte)((value / 4) + 80);
        foreach (var one in Numbers.GetProperty("colour").EnumerateArray())
        {
            var transform = new ImageTransform
            {
                Brightness = Number(one, "brightness"),
                Contrast = Number(one, "contrast"),
                Saturation = Number(one, "saturation"),
            };
            // torchvision's weights of a grey are 0.2989, 0.587 and 0.114, which do not quite add up to one.
            WarpTests.AssertNear(Pixels(one), WarpTests.Render(picture, Width, Height, transform, warps: false), 0.03);
        }
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private static double[] Pixels(JsonElement element) =>
        [.. element.GetProperty("pixels").EnumerateArray().Select(value => value.GetDouble())];
}
