using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Weights;
using Graft.Weights.Formats;

namespace Graft.Models.Storage;

/// <summary>
/// Converts a weights file (safetensors or PyTorch) with torchvision's or timm's names to the files of the store.
/// </summary>
internal static class TensorFileConversion
{
    /// <summary>Converts a file into an existing folder.</summary>
    /// <param name="info">The description of the weights.</param>
    /// <param name="file">The path of the file.</param>
    /// <param name="digest">Its SHA-256 in lower-case hexadecimal digits.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="WeightsFormatException">The file is damaged, or is of another network.</exception>
    public static void Convert(
        PretrainedInfo info,
        string file,
        string digest,
        string folder,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var tensors = TensorFile.Open(file);
        Convert(
            info,
            tensors.ShapeOf,
            tensors.Read,
            WeightsOrigin.Sha256Prefix + digest,
            folder,
            progress,
            cancellationToken
        );
    }

    /// <summary>Converts tensors into an existing folder.</summary>
    /// <param name="info">The description of the weights.</param>
    /// <param name="shapeOf">Returns the shape of a tensor; null if there is none with that name.</param>
    /// <param name="read">Reads an existing tensor, which this method disposes.</param>
    /// <param name="integrity">The digest of the file that the tensors come from.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="WeightsFormatException">A tensor is missing or has another shape.</exception>
    public static void Convert(
        PretrainedInfo info,
        Func<string, Shape?> shapeOf,
        Func<string, Tensor> read,
        string integrity,
        string folder,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var network = info.Build(info.Preprocessing);
        var parameters = network.Parameters.Select(static pair => pair.Value.Shape.ElementCount).ToArray();
        var (done, total) = (0L, parameters.Sum(static count => (long)count) * sizeof(float));
        NetworkWeights.LoadTorchvision(network, info.Origin.Place, shapeOf, name =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tensor = read(name);
            done += (long)tensor.Length * sizeof(float);
            progress?.Report(new PullProgress(PullPhase.Convert, done, total));
            return tensor;
        });
        StoredModelWriter.WriteWeights(
            info,
            folder,
            network.Parameters.Select(static pair => (pair.Key, pair.Value.Value))
        );
        StoredModelWriter.Describe(info, folder, integrity, total / sizeof(float), parameters.Length);
    }
}
