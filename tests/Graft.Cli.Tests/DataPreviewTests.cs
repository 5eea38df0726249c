using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

public sealed class DataPreviewTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_picture_is_written_and_told_of()
    {
        SyntheticPhotos.WriteDataset(_folder["data"], 3, seed: 1);
        var output = _folder["grid.png"];
        var result = InProcess.Run(
            "data",
            "preview",
            _folder["data"],
            "--augment",
            "light",
            "--hue",
            "0.1",
            "--crop",
            "1",
            "--images",
            "2",
            "--epochs",
            "3",
            "--output",
            output,
            "--json"
        );
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("horizontal-flip=0.5,crop-ratio=0.9..1.1,hue=0.1", report.GetProperty("augmentation").GetString());
        Assert.Equal(
            ["checked/0000.png", "striped/0000.png"],
            report.GetProperty("images").EnumerateArray().Select(image => image.GetString()!)
        );
        Assert.Equal(4 + (4 * 228), report.GetProperty("width").GetInt32());
        Assert.Equal(output, report.GetProperty("output").GetString());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(output)[..4]);

        var text = InProcess.Run(
            "data",
            "preview",
            _folder["data"],
            "--augment",
            "none",
            "--rotation",
            "20",
            "--images",
            "1",
            "--epochs",
            "1",
            "--image-size",
            "40",
            "--output",
            output
        );
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("rotation=20", text.Output, StringComparison.Ordinal);
        Assert.Contains("92x48", text.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data", "preview")]
    [InlineData("data preview d --augment lots", "none, light, standard or strong")]
    [InlineData("data preview d --rotation 200", "from 0 to 180")]
    [InlineData("data preview d --crop 2..1", "smaller number first")]
    [InlineData("data preview d --fill green", "edge, constant or reflect")]
    [InlineData("data preview d --augmnt light", "Did you mean '--augment'?")]
    [InlineData("evaluate m d --tta 13", "from 1 to 12")]
    [InlineData("predict m d --tta 0", "from 1 to 12")]
    public void Wrong_options_are_told_with_what_is_right(string line, string expected)
    {
        var result = InProcess.Run(line.Split(' '));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }
}
