using Graft.Testing;
using Graft.Weights.Onnx;

namespace Graft.Weights.Tests.Onnx;

public sealed class OnnxTensorFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "network.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_constants_of_a_graph_are_read_by_name()
    {
        using var network = LayerNetworks.Build("batch normalisation of an image");
        OnnxWriter.Write(FilePath, network, new OnnxExportOptions());
        using var file = OnnxTensorFile.Open(FilePath);
        foreach (var (name, parameter) in network.Parameters)
        {
            Assert.Contains(name, file.Names);
            Assert.Equal(parameter.Shape, file.ShapeOf(name));
            using var tensor = file.Read(name);
            Assert.Equal(parameter.Value.Span.ToArray(), tensor.Span.ToArray());
        }

        Assert.Null(file.ShapeOf("other"));
        Assert.Contains("'other'", Assert.Throws<WeightsFormatException>(() => file.Read("other")).Message);
    }

    [Fact]
    public void What_is_no_ONNX_file_is_refused()
    {
        File.WriteAllText(FilePath, "no protocol buffer");
        var error = Assert.Throws<WeightsFormatException>(() => OnnxTensorFile.Open(FilePath));
        Assert.Contains("an ONNX file", error.Message, StringComparison.Ordinal);
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
    }
}
