using System.Text.Json;
using Graft.Classification;
using Graft.Cli.Rendering;
using Graft.Imaging;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Tensors;
using Graft.Testing;
using Graft.Weights.Onnx;

namespace Graft.Cli.Tests;

/// <summary>
/// <c>graft compare</c>, <c>graft verify</c> and the check before <c>graft predict</c>, with models that always say the
/// same.
/// </summary>
public sealed class CompareTests : IDisposable
{
    private static readonly string[] Classes = ["checked", "striped"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _checked;
    private readonly string _striped;

    public CompareTests()
    {
        (_checked, _striped) = (Model("checked.onnx", 0), Model("striped.onnx", 1));
        SyntheticPhotos.Write(_folder["mixed", "checked"], 4, striped: false, 1);
        SyntheticPhotos.Write(_folder["mixed", "striped"], 6, striped: true, 2);
        SyntheticPhotos.Write(_folder["stripes", "striped"], 10, striped: true, 3);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_comparison_is_told_in_Markdown()
    {
        var text = Compare(_checked, _striped, "mixed").Succeeded();
        Assert.All(
            [
                "**No significant difference.**",
                "| accuracy | 0.4000 | 0.6000 | +0.2000 (",
                "Predicted correctly: 0 images by both, 4 only by A, 6 only by B, 0 by neither.",
                "p = 0.754 (exact), 0.752 (chi-square with continuity correction",
                "| checked | 4 | 1.0000 | 0.0000 | 4 | 0 |",
                "| striped | 6 | 0.0000 | 1.0000 | 0 | 6 |",
                "## Images with different predictions: 10",
                "| checked/0000.png | checked | checked 73.1 % | striped 73.1 % | broken |",
            ],
            part => Assert.Contains(part, text, StringComparison.Ordinal)
        );
        Assert.Contains(
            "**B is better than A.**",
            Compare(_checked, _striped, "stripes").Succeeded(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "**B is worse than A.**",
            Compare(_striped, _checked, "stripes").Succeeded(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_comparison_is_one_JSON_document()
    {
        using var document = JsonDocument.Parse(Compare(_checked, _striped, "mixed", "--json").Succeeded());
        Assert.Equal(0.2, document.RootElement.GetProperty("difference").GetDouble(), 12);
        Assert.Equal(10, document.RootElement.GetProperty("flips").GetArrayLength());
        Assert.Equal("Broken", document.RootElement.GetProperty("flips")[0].GetProperty("kind").GetString());
    }

    [Fact]
    public void A_worse_model_fails_where_that_is_asked_for()
    {
        var worse = Compare(_striped, _checked, "stripes", "--fail-if-worse");
        Assert.Equal(1, worse.ExitCode);
        Assert.Contains(
            "graft: B is worse: accuracy 0.0000, compared with A's 1.0000 (p = 0.00195).",
            worse.Error,
            StringComparison.Ordinal
        );
        Assert.NotEmpty(worse.Output);
        Compare(_checked, _striped, "stripes", "--fail-if-worse").Succeeded();
        Compare(_striped, _checked, "mixed", "--fail-if-worse").Succeeded();
        Assert.Equal(1, Compare(_striped, _checked, "mixed", "--fail-if-worse", "--alpha", "1").ExitCode);
        Compare(_striped, _striped, "mixed", "--fail-if-worse", "--alpha", "1").Succeeded();
        Assert.Equal(2, Compare(_striped, _checked, "mixed", "--alpha", "0.1").ExitCode);
        Assert.Equal(2, Compare(_striped, _checked, "mixed", "--fail-if-worse", "--alpha", "0").ExitCode);
    }

    [Theory]
    [InlineData("a|b`c*.png", "a\\|b\\`c\\*.png")]
    [InlineData("<script>&_x_", "\\<script\\>\\&\\_x\\_")]
    [InlineData("two\nlines 😀", "two lines 😀")]
    public void Names_are_shown_as_they_are(string name, string expected) =>
        Assert.Equal(expected, ComparisonMarkdown.Text(name));

    [Fact]
    public void A_model_is_verified_and_a_damaged_one_refused_by_predict()
    {
        var photo = _folder["mixed", "checked", "0000.png"];
        var passed = Run("verify", _checked).Succeeded();
        Assert.Matches(@"Verdict +passed", passed);
        Run("predict", _checked, photo).Succeeded();
        Assert.Single(Directory.GetFiles(_folder["home", "verified"]));

        using (var model = OnnxModel.Read(_checked))
        {
            model.Network["logits"].Layer.Parameters[1].Value.Span[1] = 3;
            OnnxWriter.Write(
                _folder["damaged.onnx"],
                model.Network,
                new OnnxExportOptions { Metadata = model.Metadata }
            );
        }

        var failed = Run("verify", _folder["damaged.onnx"]);
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("FAILED", failed.Output, StringComparison.Ordinal);
        using (var document = JsonDocument.Parse(Run("verify", _folder["damaged.onnx"], "--json").Output))
            Assert.False(document.RootElement.GetProperty("passed").GetBoolean());
        var refused = Run("predict", _folder["damaged.onnx"], photo);
        Assert.Equal(1, refused.ExitCode);
        Assert.Empty(refused.Output);
        Assert.Contains("golden images", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>A network that says of everything that it is one class, with a logit of 1.</summary>
    private string Model(string name, int always)
    {
        var preprocessing = Preprocessing.Torchvision(32);
        using var network = new Network(new Shape(32, 32, 3));
        network.Add("preprocessing", preprocessing.ToLayer());
        network.Add("pool", new GlobalAveragePooling2D());
        var dense = new Dense(3, Classes.Length);
        network.Add("logits", dense);
        dense.Parameters[1].Value.Span[always] = 1;
        Classifier.Save(_folder[name], network, Classes, preprocessing);
        return _folder[name];
    }

    private GraftResult Compare(string first, string second, string data, params string[] more) =>
        Run(["compare", first, second, _folder[data], .. more]);

    private GraftResult Run(params string[] arguments) => GraftProcess.Run(arguments, _folder["home"]);
}
