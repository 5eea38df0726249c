using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Graft.Testing;

/// <summary>
/// A small HTTP server on loopback that answers one request a connection, in a way that a test scripts byte by byte:
/// what real servers, proxies and cables do wrong cannot be had from a well-behaved one.
/// </summary>
public sealed class FaultyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<ServerRequest, Stream, CancellationToken, Task> _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FaultyServer(Func<ServerRequest, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = Serve();
    }

    public ConcurrentQueue<ServerRequest> Requests { get; } = new();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Writes an answer's head and as much of a body as is wanted.</summary>
    public static async Task Write(Stream stream, string status, string headers, ReadOnlyMemory<byte> body)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"));
        await stream.WriteAsync(body);
    }

    /// <summary>
    /// Answers as a good server does: the whole, or the range that is asked for if the tag is the right one.
    /// </summary>
    public static Task Serve(ServerRequest request, Stream stream, byte[] content, string tag, int? cutAfter = null)
    {
        var from = request.RangeFrom is { } start && (request.IfRange is null || request.IfRange == tag) ? start : 0;
        var body = content.AsMemory(
            from,
            cutAfter is { } most ? Math.Min(most, content.Length - from) : content.Length - from
        );
        return from == 0
            ? Write(stream, "200 OK", $"ETag: {tag}\r\nContent-Length: {content.Length}\r\n", body)
            : Write(
                stream,
                "206 Partial Content",
                $"ETag: {tag}\r\nContent-Length: {content.Length - from}\r\nContent-Range: bytes "
                    + $"{from}-{content.Length - 1}/{content.Length}\r\n",
                body
            );
    }

    public void Dispose()
    {
        // A listener that is closed while it is being asked for the next client is an error of the test's own.
        _stop.Cancel();
        _serving.GetAwaiter().GetResult();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await Answer(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task Answer(TcpClient client)
    {
        try
        {
            await using var stream = client.GetStream();
            var request = await ServerRequest.Read(stream, _stop.Token);
            Requests.Enqueue(request);
            await _answer(request, stream, _stop.Token);
        }
        catch (IOException)
        {
            // The client has gone, before or while it was answered; the next one is served.
        }
    }
}
