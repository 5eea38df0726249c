using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Weights;
using Graft.Weights.Onnx;

namespace Graft.Models.Storage;

/// <summary>Converts ONNX files that come with the program to the files of the store.</summary>
internal static class BundledConversion
{
    /// <summary>Checks the files and converts them into an existing folder.</summary>
    /// <param name="info">The description of the weights.</param>
    /// <param name="origin">The files.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="PullException">A file is missing, or not the expected one.</exception>
    /// <exception cref="WeightsFormatException">A file does not match the catalogue.</exception>
    public static void Convert(
        PretrainedInfo info,
        BundledWeights origin,
        string folder,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        progress?.Report(new PullProgress(PullPhase.Verify, 0, 0));
        var files = new List<OnnxTensorFile>();
        try
        {
            foreach (var file in origin.Files)
                files.Add(OnnxTensorFile.Open(Verified(info, origin, file)));
            TensorFileConversion.Convert(
                info,
                name => Find(name) is var (file, theirs) ? Stored(file.ShapeOf(theirs)!.Value) : null,
                name => Find(name) is var (file, theirs) ? file.Read(theirs) : throw new KeyNotFoundException(name),
                origin.Digest,
                folder,
                progress,
                cancellationToken
            );
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
        }

        (OnnxTensorFile File, string Name)? Find(string name) =>
            origin.TensorNames.TryGetValue(name, out var theirs)
            && files.FirstOrDefault(file => file.ShapeOf(theirs) is not null) is { } file
                ? (file, theirs)
                : null;
    }

    /// <summary>A mean image is stored as a batch of one.</summary>
    private static Shape Stored(Shape shape) =>
        shape.Rank == 4 && shape[0] == 1 ? new Shape(shape.Dimensions[1..]) : shape;

    private static string Verified(PretrainedInfo info, BundledWeights origin, BundledFile file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, file.Path.Replace('/', Path.DirectorySeparatorChar));
        var found = File.Exists(path) ? $"one with {StoredModelWriter.Digest(path)}" : "none";
        if (found.EndsWith(file.Sha256, StringComparison.Ordinal))
            return path;
        throw new PullException(
            $"Converting the weights of {info.Name} failed: expected the file '{path}' with the SHA-256 {file.Sha256}, "
                + $"found {found}. It comes from the {origin.Place}. The tool graft has it unless it was built with "
                + $"GraftWeights=none: build or publish it again. A program of your own gets it with <PackageReference "
                + $"Include=\"{origin.Package}\" Version=\"{origin.Version}\" IncludeAssets=\"build\" /> in its "
                + $"project file."
        );
    }
}
