using System.Text.Json;
using Graft.Weights;
using Graft.Weights.PyTorch;

namespace Graft.Features.Backbones;

/// <summary>The kind of a file with a network.</summary>
public enum NetworkFileKind
{
    /// <summary>An ONNX file, Graft's own or another program's.</summary>
    Onnx,

    /// <summary>A TensorFlow.js layers model: <c>model.json</c> with shards beside it.</summary>
    TensorFlowJs,

    /// <summary>Keras's architecture JSON, which has no weights.</summary>
    Keras,

    /// <summary>Graft's own architecture JSON, which has no weights.</summary>
    GraftJson,
}

/// <summary>Identifies files by their content, whatever their names.</summary>
public static class NetworkFileKinds
{
    private const int HeadLength = 4096;
    private const string Operation = "Reading the network";

    private static ReadOnlySpan<byte> Hdf5Signature => [0x89, (byte)'H', (byte)'D', (byte)'F'];

    /// <summary>
    /// The file with the network: the path itself, or a file in it if it is a folder (of a run or an exported model).
    /// </summary>
    /// <param name="path">A file or a folder.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static string Locate(string path)
    {
        if (File.Exists(path))
            return path;
        if (Directory.Exists(path))
        {
            return ((string[])["model.onnx", "model.json"])
                .Select(name => Path.Combine(path, name))
                .FirstOrDefault(File.Exists)
                ?? throw new FileNotFoundException(
                    $"Reading the network failed: the folder '{path}' has no model.onnx or model.json. Name the file."
                );
        }

        throw new FileNotFoundException(
            $"Reading the network failed: there is no file '{path}'. Name an ONNX file, a TensorFlow.js model.json, "
                + $"or a network that 'graft models list' shows."
        );
    }

    /// <summary>Identifies the kind of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeightsFormatException">
    /// The file has no network; the message says what to do with it.
    /// </exception>
    public static NetworkFileKind From(string path)
    {
        var head = new byte[HeadLength];
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read))
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (head.AsSpan().TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..])
            return OfJson(path);
        if (head is [_, _, _, _, _, _, 0, 0, (byte)'{', ..] || PyTorchFile.Recognizes(path))
            throw Wrong(path, "weights alone", "Name the network that they are for: --backbone NAME --weights FILE.");
        if (head.AsSpan().StartsWith(Hdf5Signature))
            throw Wrong(
                path,
                "an HDF5 file (.h5)",
                "Convert it with tensorflowjs_converter to a layers model, or to ONNX with tf2onnx."
            );
        return NetworkFileKind.Onnx;
    }

    private static NetworkFileKind OfJson(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var document = JsonDocument.Parse(stream, new JsonDocumentOptions { MaxDepth = 256 });
            var root = document.RootElement;
            if (root.TryGetProperty("weightsManifest", out _))
                return NetworkFileKind.TensorFlowJs;
            if (root.TryGetProperty("nodes", out _))
                return NetworkFileKind.GraftJson;
            if (root.TryGetProperty("model_config", out _) || root.TryGetProperty("class_name", out _))
                return NetworkFileKind.Keras;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new WeightsFormatException(
                Operation,
                path,
                "JSON of a network",
                $"an error in it ({error.Message})",
                "Get the file again from its source.",
                error
            );
        }

        throw Wrong(
            path,
            "JSON of something else",
            "Name a TensorFlow.js layers model (model.json), or an architecture of Keras 2 with --weights."
        );
    }

    private static WeightsFormatException Wrong(string path, string found, string remedy) =>
        new(
            Operation,
            path,
            "a network with its layers: ONNX, a TensorFlow.js layers model, or an architecture in JSON",
            found,
            remedy
        );
}
