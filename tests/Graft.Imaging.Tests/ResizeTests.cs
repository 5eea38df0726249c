using System.Text.Json;
using System.Text.Json.Serialization;

namespace Graft.Imaging.Tests;

public class ResizeTests
{
    private static readonly JsonSerializerOptions Names = new()
    {
        PropertyNameCaseInsensitive = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public sealed record ResizeCase(
        string Rule,
        int SourceWidth,
        int SourceHeight,
        int Width,
        int Height,
        int? ShorterSide,
        int Offset,
        Interpolation Interpolation = Interpolation.Bilinear
    );

    public static TheoryData<string, int, int, int, int, int?, int, Interpolation> Cases()
    {
        var data = new TheoryData<string, int, int, int, int, int?, int, Interpolation>();
        foreach (var one in JsonSerializer.Deserialize<ResizeCase[]>(Reference.Bytes("resize.json"), Names)!)
            data.Add(
                one.Rule,
                one.SourceWidth,
                one.SourceHeight,
                one.Width,
                one.Height,
                one.ShorterSide,
                one.Offset,
                one.Interpolation
            );
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resizing_equals_Pillow(
        string rule,
        int sourceWidth,
        int sourceHeight,
        int width,
        int height,
        int? shorterSide,
        int offset,
        Interpolation interpolation
    )
    {
        using var source = Reference.Formula(sourceWidth, sourceHeight);
        using var result = ImageResizer.Resize(
            source,
            width,
            height,
            Enum.Parse<ResizeRule>(rule),
            shorterSide,
            interpolation
        );
        var expected = Reference.Bytes("resize.bin").AsSpan(offset, width * height * 3);
        Assert.Equal(width, result.Width);
        Assert.Equal(height, result.Height);
        Assert.Equal(0, Reference.LargestDifference(expected, result.Pixels));
    }
}
