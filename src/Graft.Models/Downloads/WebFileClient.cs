using Graft.Weights;

namespace Graft.Models.Downloads;

/// <summary>
/// Downloads files from the web. Resumes after a broken connection or a killed process, verifies the digest before the
/// file gets its final name, follows redirects, and uses the proxy of the environment (<c>HTTPS_PROXY</c>,
/// <c>HTTP_PROXY</c>, <c>NO_PROXY</c>) or of the system. Thread-safe; two downloads into the same file must not
/// overlap.
/// </summary>
public sealed class WebFileClient : IDisposable
{
    private readonly WebFileClientOptions _options;
    private readonly WebFileRequest _request;

    /// <summary>Creates a client; nothing is requested yet.</summary>
    /// <param name="options">The options; those of the environment when null.</param>
    /// <exception cref="PullException">The mirror in the environment is no address.</exception>
    public WebFileClient(WebFileClientOptions? options = null)
    {
        _options = options ?? WebFileClientOptions.FromEnvironment();
        _request = new WebFileRequest(_options.Patience);
    }

    /// <summary>Downloads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="target">
    /// The path to write to; its folder is created if missing. Nothing is written there unless the digest is right.
    /// </param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">
    /// Cancels the work. The bytes received so far are kept for the next attempt.
    /// </param>
    /// <returns>The content's SHA-256 in lower-case hexadecimal digits.</returns>
    /// <exception cref="PullException">The file cannot be downloaded or stored, or its digest is wrong.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public string Download(
        WebFile file,
        string target,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentException.ThrowIfNullOrEmpty(target);
        var part = new PartialFile(target);
        try
        {
            var continued = part.Length > 0;
            var expected = FetchAll(file, part, progress, cancellationToken);
            var digest = part.Digest(progress, cancellationToken);
            if (continued && !Matches(file, expected, digest))
            {
                // The bytes of an earlier download may belong to another version of the file.
                part.Discard();
                expected = FetchAll(file, part, progress, cancellationToken);
                digest = part.Digest(progress, cancellationToken);
            }

            if (!Matches(file, expected, digest))
            {
                part.Discard();
                throw new PullException(
                    $"Downloading {Place(file)} failed: a file with the SHA-256 "
                        + $"{expected ?? file.Sha256}{(expected is null ? "..." : "")} was expected, but the "
                        + $"received one has {digest}. "
                        + "A proxy or mirror may have altered it, or a new version was published: try again later, or "
                        + "from another network."
                        + (
                            file.PinnedIn is { } pin
                                ? $" '{pin}' remembers the digest of the first download; delete that file to accept "
                                    + "the version that is published now."
                                : ""
                        )
                );
            }

            part.Complete();
            return digest;
        }
        catch (Exception exception)
            when (exception is UnauthorizedAccessException or DirectoryNotFoundException
                || exception.GetType() == typeof(IOException)
            )
        {
            throw new PullException(
                $"{AtomicFile.Explain(target, exception)} The bytes received so far are kept. The environment "
                    + $"variable {GraftHome.Variable} sets the folder for everything that Graft keeps.",
                exception
            );
        }
    }

    /// <summary>Closes idle connections.</summary>
    public void Dispose() => _request.Dispose();

    private static bool Matches(WebFile file, string? expected, string digest) =>
        file.Matches(digest) && (expected is null || expected == digest);

    private string Place(WebFile file)
    {
        var address = _options.AddressOf(file);
        return _options.Mirror is null
            ? $"{address}"
            : $"{address} (from the mirror in {WebFileClientOptions.MirrorVariable})";
    }

    /// <summary>Downloads the rest of the partial file, with retries.</summary>
    /// <returns>The digest that the server states; null if it states none.</returns>
    private string? FetchAll(
        WebFile file,
        PartialFile part,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var failures = 0;
        while (true)
        {
            var before = part.Length;
            try
            {
                return _request.Fetch(_options.AddressOf(file), part, progress, cancellationToken);
            }
            catch (WebFileFailure failure)
            {
                failures = part.Length > before ? 1 : failures + 1;
                if (!failure.MayPass || failures >= _options.Attempts)
                    throw new PullException(
                        $"Downloading {Place(file)} failed: {failure.Message} {Remedy(failure, part)}",
                        failure
                    );
            }

            var pause = _options.FirstPause * Math.Pow(2, failures - 1);
            if (cancellationToken.WaitHandle.WaitOne(pause))
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private string Remedy(WebFileFailure failure, PartialFile part) =>
        failure.MayPass
            ? $"{(part.Length > 0 ? $"{part.Length:N0} bytes are kept; the same command resumes from there. " : "")}"
                + "Check the network and the proxy (HTTPS_PROXY), or name a mirror in "
                + $"{WebFileClientOptions.MirrorVariable}."
        : _options.Mirror is null
            ? $"Check the address, or name a mirror that has the file in {WebFileClientOptions.MirrorVariable}; a "
                + "file that is already on this machine can be given by its path."
        : $"Check that the mirror has the file, or unset {WebFileClientOptions.MirrorVariable}.";
}
