using System.Text.Json;

namespace Graft.Cli.Tests;

public sealed class BenchmarkTests
{
    private static readonly string[] Quick =
    [
        "benchmark",
        "--backbone",
        "mobilenet_v2",
        "--image-size",
        "32",
        "--batch-size",
        "2",
        "--threads",
        "1",
        "--rounds",
        "1",
    ];

    [Fact]
    public void Json_is_one_document_with_the_promised_keys()
    {
        var result = InProcess.Run([.. Quick, "--per-layer", "--json"]);

        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        var root = document.RootElement;
        Assert.Equal("mobilenet_v2", root.GetProperty("backbone").GetString());
        Assert.Equal(
            (32, 2, 1),
            (
                root.GetProperty("imageSize").GetInt32(),
                root.GetProperty("batchSize").GetInt32(),
                root.GetProperty("threads").GetInt32()
            )
        );
        foreach (
            var key in (string[])
                ["imagesPerSecond", "gflops", "peakGflops", "shareOfPeak", "peakMemoryMiB", "planSeconds"]
        )
            Assert.True(root.GetProperty(key).GetDouble() > 0, key);
        Assert.True(root.GetProperty("layers").GetArrayLength() > 30);
    }

    [Theory]
    [InlineData("winograd")]
    [InlineData("direct", "--exact")]
    public void The_arithmetic_is_chosen_and_named(string name, params string[] exact)
    {
        var result = InProcess.Run([.. Quick, .. exact, "--json"]);

        Assert.Equal(0, result.ExitCode);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Contains(name, document.RootElement.GetProperty("numerics").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_has_ONNX_Runtime_for_the_CPU()
    {
        var result = GraftProcess.Run([.. Quick, "--engine", "onnxruntime", "--json"]);

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("onnxruntime:", result.Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(result.Output);
        Assert.Matches("^onnxruntime [0-9.]+ cpu", document.RootElement.GetProperty("numerics").GetString());
    }

    [Theory]
    [InlineData("The engine of another device", "onnxruntime:openvino", "OpenVINOExecutionProvider")]
    [InlineData("The times of layers", "onnxruntime", "--per-layer")]
    public void What_an_engine_cannot_do_is_an_error(string what, string engine, string named)
    {
        var result = GraftProcess.Run([.. Quick, "--per-layer", "--engine", engine]);

        Assert.True(result.ExitCode == 1, what);
        Assert.Contains(named, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void People_read_a_rate_and_a_line_for_each_step()
    {
        var result = InProcess.Run([.. Quick, "--per-layer"]);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"(?m)^Network +mobilenet_v2 at 32x32, batch 2, 1 thread", result.Output);
        Assert.Matches(@"(?m)^Images/s +[0-9.]+ \(median of 1", result.Output);
        Assert.Matches(@"(?m)^ +[0-9.]+ +[0-9.]+% +[0-9.]+ +[0-9.]+% features\.18\.0", result.Output);
    }

    [Theory]
    [InlineData("--backbone", "resnet51")]
    [InlineData("--batch-size", "0")]
    [InlineData("--image-size", "-1")]
    [InlineData("--threads", "two")]
    [InlineData("--rounds", "0")]
    public void Wrong_values_are_refused_before_anything_runs(string option, string value)
    {
        var result = InProcess.Run("benchmark", option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
        Assert.Contains($"'{value}'", result.Error, StringComparison.Ordinal);
    }
}
