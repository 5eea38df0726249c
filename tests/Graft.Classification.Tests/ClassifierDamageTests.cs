using Graft.Testing;
using Graft.Weights;
using Graft.Weights.Onnx;

namespace Graft.Classification.Tests;

public sealed class ClassifierDamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ClassifierDamageTests() => _model = TinyClassifier.Write(_folder["model.onnx"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_cut_off_anywhere_is_refused()
    {
        var content = File.ReadAllBytes(_model);
        for (var length = 0; length < content.Length; length += Math.Max(1, content.Length / 60))
        {
            var path = _folder["cut.onnx"];
            File.WriteAllBytes(path, content[..length]);
            var error = Assert.Throws<WeightsFormatException>(() => Classifier.Load(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_no_classifier_is_refused_with_what_to_do()
    {
        Assert.ThrowsAny<WeightsFormatException>(() => Classifier.Load(_folder.Put("text.onnx", "this is no model")));
        Assert.ThrowsAny<IOException>(() => Classifier.Load(_folder["missing.onnx"]));
        var error = Assert.Throws<WeightsFormatException>(() => Classifier.Load(Altered(texts => texts.Clear())));
        Assert.Contains("graft train", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_format_asks_for_an_update()
    {
        var error = Assert.Throws<WeightsFormatException>(() =>
            Classifier.Load(Altered(texts => texts["graft.format"] = "2"))
        );
        Assert.Contains("update Graft", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("graft.classes", null)]
    [InlineData("graft.classes", "[]")]
    [InlineData("graft.classes", "null")]
    [InlineData("graft.classes", "[\"a\",\"b\"]")]
    [InlineData("graft.classes", "[\"a\",\"b\",\"c\",\"d\",null]")]
    [InlineData("graft.classes", "[\"a\",\"b\",\"c\",\"d\",\"a\"]")]
    [InlineData("graft.classes", "{\"a\":1}")]
    [InlineData("graft.classes", "not JSON")]
    [InlineData("graft.preprocessing", null)]
    [InlineData("graft.preprocessing", "{}")]
    [InlineData("graft.preprocessing", "{\"height\":16,\"width\":17}")]
    [InlineData("graft.preprocessing", "{\"height\":16,\"width\":16,\"resize\":\"Fold\"}")]
    [InlineData("graft.preprocessing", "{\"height\":16,\"width\":16,\"shorterSide\":-3}")]
    [InlineData("graft.preprocessing", "{\"height\":-16,\"width\":16}")]
    [InlineData("graft.features", null)]
    [InlineData("graft.features", "no such node")]
    [InlineData("graft.provenance", null)]
    [InlineData("graft.provenance", "{}")]
    [InlineData("graft.provenance", "null")]
    [InlineData("graft.confidence", "{}")]
    [InlineData("graft.confidence", "[1]")]
    [InlineData("graft.confidence", "{\"temperature\":0,\"images\":30,\"holdOut\":\"InTurn\"}")]
    [InlineData(
        "graft.confidence",
        "{\"temperature\":1,\"images\":30,\"holdOut\":\"InTurn\",\"sets\":{\"images\":2,\"scores\":[0.5,0.1]}}"
    )]
    [InlineData(
        "graft.confidence",
        "{\"temperature\":1,\"images\":30,\"holdOut\":\"InTurn\",\"sets\":{\"images\":1,\"scores\":null}}"
    )]
    [InlineData(
        "graft.confidence",
        "{\"temperature\":1,\"images\":30,\"holdOut\":\"InTurn\",\"unknown\":{\"neighbours\":5,\"sketches\":\"AAAA\",\"scores\":{\"images\":1,\"scores\":[0.1]}}}"
    )]
    public void Altered_metadata_is_refused(string key, string? text)
    {
        var path = Altered(texts =>
        {
            texts.Remove(key);
            if (text is not null)
                texts[key] = text;
        });
        Assert.Contains(
            path,
            Assert.Throws<WeightsFormatException>(() => Classifier.Load(path)).Message,
            StringComparison.Ordinal
        );
    }

    private string Altered(Action<Dictionary<string, string>> change)
    {
        using var model = OnnxModel.Read(_model);
        var texts = new Dictionary<string, string>(model.Metadata);
        Assert.Contains("graft.format", texts);
        change(texts);
        OnnxWriter.Write(_folder["altered.onnx"], model.Network, new OnnxExportOptions { Metadata = texts });
        return _folder["altered.onnx"];
    }
}
