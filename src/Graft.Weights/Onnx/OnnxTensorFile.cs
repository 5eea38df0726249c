using Google.Protobuf;
using Graft.Tensors;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx;

/// <summary>
/// The named constants (initialisers) of an ONNX file as tensors, whatever the graph does with them. For files whose
/// network is built otherwise; <see cref="OnnxModel"/> reads a file with its graph.
/// </summary>
public sealed class OnnxTensorFile : ITensorFile
{
    private readonly ByteSource _source;
    private readonly OnnxConstants _constants;
    private readonly Dictionary<string, OnnxConstant> _byName = new(StringComparer.Ordinal);

    private OnnxTensorFile(string path, ByteSource source)
    {
        Path = path;
        _source = source;
        _constants = new(path, source);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Opens a file and checks the types and sizes of its constants.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">The file is not an ONNX file, or a constant is damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission to read the file is denied.</exception>
    public static OnnxTensorFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = new OnnxTensorFile(path, ByteSource.Open(path));
        try
        {
            foreach (var (tensor, rawData) in OnnxFile.Parse(file._source).Initializers)
                file._byName[tensor.Name] = file._constants.From(tensor, rawData);
            return file;
        }
        catch (Exception exception)
        {
            file.Dispose();
            if (exception is InvalidProtocolBufferException or InvalidDataException or EndOfStreamException)
                throw new WeightsFormatException(
                    "Reading the tensors",
                    path,
                    "an ONNX file (a protocol buffer)",
                    $"something else: {exception.Message.TrimEnd('.')}",
                    OnnxGraphReader.Remedy,
                    exception
                );
            throw;
        }
    }

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) =>
        _byName.TryGetValue(name, out var constant) ? new Shape([.. constant.Dimensions]) : null;

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_byName.TryGetValue(name, out var constant))
            throw new WeightsFormatException(
                "Reading a tensor",
                Path,
                $"a tensor named '{name}'",
                $"none among the {_byName.Count} in the file",
                "Check that the file belongs to the model."
            );
        var tensor = Tensor.Uninitialized(new Shape([.. constant.Dimensions]));
        try
        {
            constant.CopyTo(tensor.Span);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file. Calling it again does nothing.</summary>
    public void Dispose()
    {
        _constants.Dispose();
        _source.Dispose();
    }
}
