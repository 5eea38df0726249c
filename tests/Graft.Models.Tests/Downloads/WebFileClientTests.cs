using System.Security.Cryptography;
using Graft.Models.Downloads;
using Graft.Testing;

namespace Graft.Models.Tests.Downloads;

/// <summary>Downloads from a server on loopback that does everything wrong that servers do.</summary>
public sealed class WebFileClientTests : IDisposable
{
    private const string Tag = "\"v1\"";

    private readonly string _folder = Directory.CreateTempSubdirectory("graft-web-").FullName;
    private readonly byte[] _content = new byte[300_000];

    public WebFileClientTests() => new Random(7).NextBytes(_content);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Digest => Convert.ToHexStringLower(SHA256.HashData(_content));

    private string Target => Path.Combine(_folder, "deeper", "model.bin");

    private static WebFileClientOptions Quick =>
        new() { FirstPause = TimeSpan.FromMilliseconds(5), Patience = TimeSpan.FromSeconds(20) };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_arrives_whole_and_its_digest_is_told()
    {
        using var server = new FaultyServer((request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag));
        var reports = new List<PullProgress>();
        Assert.Equal(Digest, Download(server, Digest[..8], progress: new Recorder(reports)));
        AssertArrived();
        Assert.Equal("/models/model.bin", Assert.Single(server.Requests).Path);
        Assert.Equal([PullPhase.Download, PullPhase.Verify], reports.Select(report => report.Phase).Distinct());
        Assert.All(reports.GroupBy(report => report.Phase), phase => Assert.Equal(1, phase.Last().Fraction));
    }

    [Fact]
    public void A_connection_that_breaks_again_and_again_is_resumed_where_it_broke()
    {
        using var server = new FaultyServer(
            (request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag, cutAfter: 70_000)
        );
        Download(server, Digest);
        AssertArrived();
        Assert.Equal([null, 70_000, 140_000, 210_000, 280_000], server.Requests.Select(request => request.RangeFrom));
        Assert.All(server.Requests.Skip(1), request => Assert.Equal(Tag, request.IfRange));
    }

    [Fact]
    public void A_later_download_goes_on_where_an_interrupted_one_stopped()
    {
        using (
            var broken = new FaultyServer(
                async (request, stream, cancellation) =>
                {
                    await FaultyServer.Serve(request, stream, _content, Tag, cutAfter: 100_000);
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
            )
        )
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var atHundredThousand = new Watch(report =>
            {
                if (report.Bytes == 100_000)
                    source.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() =>
                Download(broken, Digest, progress: atHundredThousand, cancellationToken: source.Token)
            );
            Assert.False(File.Exists(Target));
        }

        using var server = new FaultyServer((request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag));
        Download(server, Digest);
        AssertArrived();
        Assert.Equal(100_000, Assert.Single(server.Requests).RangeFrom);
    }

    [Fact]
    public void A_file_that_changed_meanwhile_is_fetched_from_its_beginning()
    {
        LeavePart(new byte[1000], "\"older\"");
        using var server = new FaultyServer((request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag));
        Download(server, Digest);
        AssertArrived();
        Assert.Equal("\"older\"", Assert.Single(server.Requests).IfRange);
    }

    [Fact]
    public void Wrong_bytes_of_an_earlier_download_do_not_spoil_the_file()
    {
        LeavePart(new byte[1000], tag: null);
        using var server = new FaultyServer((request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag));
        Download(server, Digest);
        AssertArrived();
        Assert.Equal([1000, null], server.Requests.Select(request => request.RangeFrom));
    }

    [Fact]
    public void Everything_there_already_is_only_checked()
    {
        LeavePart(_content, Tag);
        using var server = new FaultyServer(
            (_, stream, _) =>
                FaultyServer.Write(
                    stream,
                    "416 Range Not Satisfiable",
                    $"Content-Length: 0\r\nContent-Range: bytes */{_content.Length}\r\n",
                    default
                )
        );
        Download(server, Digest);
        AssertArrived();
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_server_that_knows_no_ranges_starts_again()
    {
        LeavePart(_content[..5000], tag: null);
        using var server = new FaultyServer(
            (request, stream, _) => FaultyServer.Serve(request with { RangeFrom = null }, stream, _content, Tag)
        );
        Download(server, Digest);
        AssertArrived();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public void A_wrong_length_is_never_taken_for_the_file(int more)
    {
        using var server = new FaultyServer(
            (request, stream, _) =>
                request.RangeFrom is null
                    ? FaultyServer.Write(stream, "200 OK", $"Content-Length: {_content.Length + more}\r\n", _content)
                    : FaultyServer.Write(stream, "416 Range Not Satisfiable", "Content-Length: 0\r\n", default)
        );
        var error = Assert.Throws<PullException>(() => Download(server, Digest));
        Assert.Contains("model.bin", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void Another_content_is_refused_and_not_kept()
    {
        using var server = new FaultyServer((request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag));
        var error = Assert.Throws<PullException>(() => Download(server, "00112233"));
        Assert.Contains("SHA-256 00112233...", error.Message, StringComparison.Ordinal);
        Assert.Contains(Digest, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Target)!));
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_redirection_is_followed_and_the_digest_that_it_promises_counts()
    {
        Task Answer(ServerRequest request, Stream stream, string digest) =>
            request.Path == "/models/model.bin"
                ? FaultyServer.Write(
                    stream,
                    "302 Found",
                    $"Location: /store/abc\r\nX-Linked-ETag: \"{digest}\"\r\nContent-Length: 0\r\n",
                    default
                )
                : FaultyServer.Serve(request, stream, _content, Tag);
        using (var server = new FaultyServer((request, stream, _) => Answer(request, stream, Digest)))
        {
            Download(server, "");
            AssertArrived();
            Assert.Equal(["/models/model.bin", "/store/abc"], server.Requests.Select(request => request.Path));
        }

        File.Delete(Target);
        using var lying = new FaultyServer((request, stream, _) => Answer(request, stream, new string('0', 64)));
        var error = Assert.Throws<PullException>(() => Download(lying, ""));
        Assert.Contains(new string('0', 64), error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void A_circle_of_redirections_ends()
    {
        using var server = new FaultyServer(
            (_, stream, _) =>
                FaultyServer.Write(
                    stream,
                    "301 Moved Permanently",
                    "Location: /models/model.bin\r\nContent-Length: 0\r\n",
                    default
                )
        );
        var error = Assert.Throws<PullException>(() => Download(server, Digest));
        Assert.Contains("redirected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_asked_for_once()
    {
        using var server = new FaultyServer(
            (_, stream, _) => FaultyServer.Write(stream, "404 Not Found", "Content-Length: 0\r\n", default)
        );
        var error = Assert.Throws<PullException>(() => Download(server, Digest));
        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.Contains("GRAFT_HUB", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_server_in_trouble_is_asked_again_but_not_for_ever()
    {
        var troubles = 3;
        using (
            var server = new FaultyServer(
                (request, stream, _) =>
                    Interlocked.Decrement(ref troubles) >= 0
                        ? FaultyServer.Write(stream, "500 Internal Server Error", "Content-Length: 0\r\n", default)
                        : FaultyServer.Serve(request, stream, _content, Tag)
            )
        )
        {
            Download(server, Digest);
            AssertArrived();
            Assert.Equal(4, server.Requests.Count);
        }

        File.Delete(Target);
        using var broken = new FaultyServer(
            (_, stream, _) => FaultyServer.Write(stream, "503 Service Unavailable", "Content-Length: 0\r\n", default)
        );
        var error = Assert.Throws<PullException>(() => Download(broken, Digest));
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, broken.Requests.Count);
    }

    [Fact]
    public void A_slow_server_is_waited_for_and_a_silent_one_is_not()
    {
        using (
            var slow = new FaultyServer(
                async (request, stream, cancellation) =>
                {
                    await FaultyServer.Write(stream, "200 OK", $"Content-Length: {_content.Length}\r\n", default);
                    for (var i = 0; i < 10; i++)
                    {
                        await stream.WriteAsync(_content.AsMemory(i * 30_000, 30_000), cancellation);
                        await Task.Delay(250, cancellation);
                    }
                }
            )
        )
        {
            // Each piece comes in time, the whole takes longer than the patience with silence.
            Download(slow, Digest, Quick with { Patience = TimeSpan.FromMilliseconds(2300) });
            AssertArrived();
            Assert.Single(slow.Requests);
        }

        File.Delete(Target);
        using var silent = new FaultyServer((_, _, cancellation) => Task.Delay(TimeSpan.FromSeconds(1), cancellation));
        var error = Assert.Throws<PullException>(() =>
            Download(silent, Digest, Quick with { Patience = TimeSpan.FromMilliseconds(100), Attempts = 2 })
        );
        Assert.Contains("nothing came for 0.1 seconds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_there_is_a_clear_error()
    {
        Uri address;
        using (var server = new FaultyServer((_, _, _) => Task.CompletedTask))
            address = server.Address;
        using var client = new WebFileClient(Quick);
        var error = Assert.Throws<PullException>(() =>
            client.Download(new WebFile(new Uri(address, "model.bin")), Target, cancellationToken: Token)
        );
        Assert.Contains("there is no connection", error.Message, StringComparison.Ordinal);
        Assert.Contains("HTTPS_PROXY", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mirror_is_asked_instead()
    {
        using var server = new FaultyServer((request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag));
        using var client = new WebFileClient(Quick with { Mirror = new Uri(server.Address, "hub/") });
        client.Download(
            new WebFile(new Uri("https://weights.example/models/model.bin"), Digest),
            Target,
            cancellationToken: Token
        );
        AssertArrived();
        Assert.Equal("/hub/models/model.bin", Assert.Single(server.Requests).Path);
    }

    [Fact]
    public void A_target_that_cannot_be_written_is_a_clear_error()
    {
        File.WriteAllText(Path.Combine(_folder, "deeper"), "");
        using var server = new FaultyServer((request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag));
        var error = Assert.Throws<PullException>(() => Download(server, Digest));
        Assert.StartsWith("Cannot write", error.Message, StringComparison.Ordinal);
        Assert.Contains("GRAFT_HOME", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://host/models/resnet18-f37072fd.pth", "resnet18-f37072fd.pth", "f37072fd")]
    [InlineData("https://host/timm/resnet18.a1_in1k/resolve/main/model.safetensors", "model.safetensors", "")]
    [InlineData("http://host/a%20b-ffff.bin?x=1", "a b-ffff.bin", "")]
    public void The_name_may_promise_the_digest(string address, string name, string digest)
    {
        var file = WebFile.Parse(address);
        Assert.Equal((name, digest), (file.Name, file.Sha256));
    }

    [Theory]
    [InlineData("")]
    [InlineData("resnet18")]
    [InlineData("ftp://host/file")]
    [InlineData("https://host/")]
    public void What_is_no_address_is_refused(string address) =>
        Assert.Throws<FormatException>(() => WebFile.Parse(address));

    private static WebFile FileAt(FaultyServer server, string digest) =>
        new(new Uri(server.Address, "models/model.bin"), digest);

    private string Download(
        FaultyServer server,
        string digest,
        WebFileClientOptions? options = null,
        IProgress<PullProgress>? progress = null,
        CancellationToken? cancellationToken = null
    )
    {
        using var client = new WebFileClient(options ?? Quick);
        return client.Download(FileAt(server, digest), Target, progress, cancellationToken ?? Token);
    }

    private void AssertArrived()
    {
        Assert.Equal(_content, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    private void LeavePart(byte[] bytes, string? tag)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllBytes(Target + ".part", bytes);
        if (tag is not null)
            File.WriteAllText(Target + ".part.tag", tag);
    }

    private sealed class Recorder(List<PullProgress> reports) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => reports.Add(value);
    }

    private sealed class Watch(Action<PullProgress> action) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => action(value);
    }
}
