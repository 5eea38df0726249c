using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Weights;
using Graft.Weights.Formats;

namespace Graft.Models.Storage;

/// <summary>
/// Imports a user's own weights file into the store. A file whose digest is in the catalogue is stored under the
/// catalogue's name.
/// </summary>
/// <param name="store">The store to import into.</param>
/// <param name="fetch">Downloads files.</param>
internal sealed class ModelImport(ModelStore store, WeightsFetch fetch)
{
    /// <summary>Imports the file.</summary>
    /// <exception cref="PullException">The file cannot be fetched, read or kept, or its name is taken.</exception>
    /// <exception cref="WeightsFormatException">The file holds no weights of a known network.</exception>
    public PullResult Run(ImportRequest request, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        if (!ImportRequest.IsAddress(request.Source))
            return RunFile(request, progress, cancellationToken);
        var file = Parse(request.Source);
        if (
            request.Name is null
            && store.Catalogue.Models.FirstOrDefault(model =>
                model.Origin is WebWeights web && web.File.Address == file.Address
            )
                is { } published
        )
            return new(published.Name, store.Pull(published.Name, progress, cancellationToken));
        var name = request.Name ?? NameOf(file);
        RequireName(name);
        if (store.Stored(name)?.Package == request.Source)
            return new(name, false);
        var digest = fetch.Download(name, file, progress, cancellationToken);
        var result = Keep(
            request with
            {
                Name = name,
            },
            name,
            fetch.DownloadPath(name, file),
            digest,
            progress,
            cancellationToken
        );
        fetch.Discard(name);
        return result;
    }

    private PullResult RunFile(
        ImportRequest request,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(request.Source))
        {
            var what = Directory.Exists(request.Source) ? "a folder" : "nothing";
            throw new PullException(
                $"Importing '{request.Source}' failed: a weights file was expected, but {what} is there."
            );
        }

        progress?.Report(new PullProgress(PullPhase.Verify, 0, 0));
        var digest = StoredModelWriter.Digest(request.Source);
        if (
            request.Name is null
            && store.Catalogue.Models.FirstOrDefault(model =>
                model.Origin is WebWeights { File.Sha256.Length: > 0 } web && web.File.Matches(digest)
            )
                is { } published
        )
            return new(
                published.Name,
                store.Keep(
                    published,
                    folder =>
                        TensorFileConversion.Convert(
                            published,
                            request.Source,
                            digest,
                            folder,
                            progress,
                            cancellationToken
                        ),
                    progress,
                    cancellationToken
                )
            );
        return Keep(
            request,
            request.Name ?? Path.GetFileNameWithoutExtension(request.Source),
            request.Source,
            digest,
            progress,
            cancellationToken
        );
    }

    private PullResult Keep(
        ImportRequest request,
        string name,
        string path,
        string digest,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        RequireName(name);
        if (store.Stored(name) is { } other)
        {
            return other.Integrity == WeightsOrigin.Sha256Prefix + digest
                ? new(name, false)
                : throw new PullException(
                    $"There are other weights named '{name}' already, from {other.Package}. Remove them first with "
                        + $"'graft models remove {name}', or choose another name with --name."
                );
        }

        Architecture architecture;
        int classes;
        using (var tensors = TensorFile.Open(path))
            (architecture, classes) = WeightsRecognition.From(tensors, request.Architecture);
        var place = ImportRequest.IsAddress(request.Source) ? request.Source : Path.GetFullPath(request.Source);
        var info = Describe(name, place, architecture, classes, architecture.Preprocessing);
        return new(
            name,
            store.Keep(
                info,
                folder => TensorFileConversion.Convert(info, path, digest, folder, progress, cancellationToken),
                progress,
                cancellationToken
            )
        );
    }

    /// <summary>Creates the description of imported weights.</summary>
    public static PretrainedInfo Describe(
        string name,
        string place,
        Architecture architecture,
        int classes,
        Preprocessing preprocessing
    ) =>
        new()
        {
            Name = name,
            Title = $"{architecture.Title}, your own weights",
            Architecture = architecture,
            Preprocessing = preprocessing,
            ClassCount = classes,
            TrainedOn = "not known",
            Licence = "not known",
            Source = place,
            Origin = new ImportedWeights(place),
        };

    /// <summary>
    /// The file name without its extension; on a model hub, where all files are called <c>model</c>, the name of the
    /// repository.
    /// </summary>
    private static string NameOf(WebFile file)
    {
        var segments = file.Address.Segments.Select(static segment => segment.Trim('/')).ToArray();
        var resolve = Array.IndexOf(segments, "resolve");
        return resolve > 0 ? segments[resolve - 1] : Path.GetFileNameWithoutExtension(file.Name);
    }

    private static WebFile Parse(string address)
    {
        try
        {
            return WebFile.Parse(address);
        }
        catch (FormatException error)
        {
            throw new PullException(error.Message, error);
        }
    }

    private void RequireName(string name)
    {
        if (!ModelStore.IsName(name))
            throw new PullException(
                $"'{name}' cannot be the name of weights: only letters, digits, dots, dashes and underscores are "
                    + $"allowed, and no dot at the beginning. Choose a name with --name."
            );
        if (store.Catalogue.Lookup(name) is { } known)
            throw new PullException(
                $"The name '{name}' belongs to {known.Title}, which is another file. Choose another name with --name."
            );
    }
}
