using System.Net;
using System.Net.Http.Headers;

namespace Graft.Models.Downloads;

/// <summary>Makes single attempts to download the missing part of a file. Thread-safe.</summary>
internal sealed class WebFileRequest(TimeSpan patience) : IDisposable
{
    private const int MostRedirections = 10;

    /// <summary>
    /// The header in which model hubs state the SHA-256 of large files (Git LFS). The response that redirects already
    /// has it.
    /// </summary>
    private const string DigestHeader = "X-Linked-ETag";

    // Redirects are followed here and not by the handler, because the digest is in the first response.
    private readonly HttpClient _client = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = patience }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Requests the missing bytes and appends them.</summary>
    /// <returns>The SHA-256 that the server states; null if it states none.</returns>
    /// <exception cref="WebFileFailure">
    /// The attempt failed. Received bytes are kept, unless the server cannot resume after them.
    /// </exception>
    public string? Fetch(
        Uri address,
        PartialFile part,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return FetchAsync(address, part, progress, timer).GetAwaiter().GetResult();
        }
        catch (HttpRequestException exception)
        {
            throw new WebFileFailure(Sentence(exception), mayPass: true, exception);
        }
        catch (HttpIOException exception)
        {
            throw new WebFileFailure($"the connection broke after {part.Length:N0} bytes.", mayPass: true, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WebFileFailure(
                $"nothing came for {patience.TotalSeconds:0.#} seconds.",
                mayPass: true,
                exception
            );
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<string?> FetchAsync(
        Uri address,
        PartialFile part,
        IProgress<PullProgress>? progress,
        CancellationTokenSource timer
    )
    {
        string? digest = null;
        for (var redirections = 0; redirections <= MostRedirections; redirections++)
        {
            timer.CancelAfter(patience);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var have = part.Length;
            if (have > 0)
            {
                request.Headers.Range = new RangeHeaderValue(have, null);
                if (part.Tag is { } tag)
                    request.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(tag));
            }

            using var response = await _client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timer.Token)
                .ConfigureAwait(false);
            digest ??= Promised(response);
            if (RedirectionOf(response, address) is { } next)
            {
                address = next;
                continue;
            }

            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && have > 0)
            {
                // Either all bytes are there already, or the file has become shorter.
                if (response.Content.Headers.ContentRange?.Length == have)
                    return digest;
                part.Discard();
                continue;
            }

            RequireSuccess(response);
            await AppendAsync(response, part, have, progress, timer).ConfigureAwait(false);
            return digest;
        }

        throw new WebFileFailure($"the request was redirected more than {MostRedirections} times.", mayPass: false);
    }

    private async Task AppendAsync(
        HttpResponseMessage response,
        PartialFile part,
        long have,
        IProgress<PullProgress>? progress,
        CancellationTokenSource timer
    )
    {
        var keep =
            response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        if (response.StatusCode == HttpStatusCode.PartialContent && !keep)
        {
            part.Discard();
            throw new WebFileFailure(
                $"the bytes from {have:N0} on were requested, but the server sent those from "
                    + $"{response.Content.Headers.ContentRange?.From:N0} on.",
                mayPass: true
            );
        }

        var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : null;
        var done = keep ? have : 0;
        var total = response.Content.Headers.ContentLength is { } length ? done + length : 0;
        var stream = await response.Content.ReadAsStreamAsync(timer.Token).ConfigureAwait(false);
        var file = part.Open(keep, tag);
        await using (stream.ConfigureAwait(false))
        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[1 << 16];
            for (int count; (count = await stream.ReadAsync(buffer, timer.Token).ConfigureAwait(false)) > 0; )
            {
                timer.CancelAfter(patience);
                await file.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
                done += count;
                progress?.Report(new PullProgress(PullPhase.Download, done, total));
            }
        }
    }

    private static string? Promised(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues(DigestHeader, out var values))
            return null;
        var value = values.First().Trim('"').ToLowerInvariant();
        return value.Length == 64 && value.All(char.IsAsciiHexDigit) ? value : null;
    }

    private static Uri? RedirectionOf(HttpResponseMessage response, Uri address)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            return null;
        var next = response.Headers.Location is { } location
            ? new Uri(address, location)
            : throw new WebFileFailure(
                $"the server answered {(int)response.StatusCode} without the new address of the file.",
                mayPass: false
            );
        return next.Scheme == "https" || next.Scheme == address.Scheme
            ? next
            : throw new WebFileFailure(
                $"the request was redirected to '{next}', which is less secure than the original address.",
                mayPass: false
            );
    }

    private static void RequireSuccess(HttpResponseMessage response)
    {
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
            return;
        var status = (int)response.StatusCode;
        var reason = status switch
        {
            401 or 403 => "access is denied",
            404 or 410 => "there is no such file",
            407 => "the proxy requires a user name and a password",
            429 => "too many requests",
            >= 500 => "the server has a problem",
            _ => response.ReasonPhrase ?? "",
        };
        throw new WebFileFailure($"the server answered {status}: {reason}.", mayPass: status is 408 or 429 or >= 500);
    }

    private static string Sentence(HttpRequestException exception) =>
        exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "the host's name could not be resolved.",
            HttpRequestError.ConnectionError =>
                $"there is no connection ({exception.InnerException?.Message ?? exception.Message}).",
            HttpRequestError.SecureConnectionError => "the server's certificate was not accepted "
                + $"({exception.InnerException?.Message ?? exception.Message}).",
            HttpRequestError.ProxyTunnelError => $"the proxy refused ({exception.Message}).",
            _ => $"{exception.Message.TrimEnd('.')}.",
        };
}
