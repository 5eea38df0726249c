using Graft.Weights;

namespace Graft.Models.Downloads;

/// <summary>
/// Fetches files from the web: goes on where a broken connection or a killed process stopped, checks the content's
/// digest before the file gets its name, follows redirections, and honours the proxy of the environment
/// (<c>HTTPS_PROXY</c>, <c>HTTP_PROXY</c>, <c>NO_PROXY</c>) or of the system. Thread-safe; two downloads into the same
/// file must not overlap.
/// </summary>
public sealed class WebFileClient : IDisposable
{
    private readonly WebFileClientOptions _options;
    private readonly WebFileRequest _request;

    /// <summary>Makes a client; nothing is asked yet.</summary>
    /// <param name="options">How it fetches; the environment's settings when null.</param>
    /// <exception cref="PullException">The environment names a mirror that is no address.</exception>
    public WebFileClient(WebFileClientOptions? options = null)
    {
        _options = options ?? WebFileClientOptions.FromEnvironment();
        _request = new WebFileRequest(_options.Patience);
    }

    /// <summary>Fetches a file.</summary>
    /// <param name="file">Which file.</param>
    /// <param name="target">
    /// Where it goes; its folder is created when it is missing. Nothing is there unless the digest is right.
    /// </param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">
    /// Cancels the work. The bytes received so far are kept for the next attempt.
    /// </param>
    /// <returns>The content's SHA-256 in lower-case hexadecimal digits.</returns>
    /// <exception cref="PullException">
    /// The file cannot be fetched or kept, or is not the one that was promised.
    /// </exception>
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
                        + $"{expected ?? file.Sha256}{(expected is null ? "..." : "")} was expected, what came has "
                        + $"{digest}. "
                        + "A proxy or mirror may have altered it, or it was published anew: try again later, or "
                        + "from another network."
                        + (
                            file.PinnedIn is { } pin
                                ? $" '{pin}' remembers the digest of the first download; delete that file to take "
                                    + "what is published now."
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
                $"{AtomicFile.Explain(target, exception)} What has arrived is kept; {GraftHome.Variable} chooses "
                    + $"the folder for everything that Graft keeps.",
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

    /// <summary>Brings the partial file to its end.</summary>
    /// <returns>The digest that the server promised, if it did.</returns>
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
            ? $"{(part.Length > 0 ? $"{part.Length:N0} bytes are kept, the same command goes on from there. " : "")}"
                + "Check the network and the proxy (HTTPS_PROXY), or name a mirror in "
                + $"{WebFileClientOptions.MirrorVariable}."
        : _options.Mirror is null
            ? $"Check the address, or name a mirror that has the file in {WebFileClientOptions.MirrorVariable}; a "
                + "file that is here already can be named by its path."
        : $"Check that the mirror has the file, or unset {WebFileClientOptions.MirrorVariable}.";
}
