using System.Text.Json;
using Graft.Models;

namespace Graft.Imaging.Tests;

public class ResizeTests
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNameCaseInsensitive = true };

    public sealed record ResizeCase(string Rule, int SourceWidth, int SourceHeight, int Width, int Height, int? ShorterSide, int Offset);

    public static TheoryData<string, int, int, int, int, int?, int> Cases()
    {
        var data = new TheoryData<string, int, int, int, int, int?, int>();
        foreach (var one in JsonSerializer.Deserialize<ResizeCase[]>(Reference.Bytes("resize.json"), Names)!)
            data.Add(one.Rule, one.SourceWidth, one.SourceHeight, one.Width, one.Height, one.ShorterSide, one.Offset);
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resizing_equals_Pillow(string rule, int sourceWidth, int sourceHeight, int width, int height, int? shorterSide, int offset)
    {
        using var source = Reference.Formula(sourceWidth, sourceHeight);
        using var result = ImageResizer.Resize(source, width, height, Enum.Parse<ResizeRule>(rule), shorterSide);
        var expected = Reference.Bytes("resize.bin").AsSpan(offset, width * height * 3);
        Assert.Equal(width, result.Width);
        Assert.Equal(height, result.Height);
        Assert.Equal(0, Reference.LargestDifference(expected, result.Pixels));
    }
}
