using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>
/// <c>graft models pull</c> as users run it, from a server on loopback that does wrong what servers, proxies and cables
/// do. The environment names it as the mirror of all hosts, or as the proxy.
/// </summary>
public sealed class ModelsPullTests : IDisposable
{
    private const string Tag = "\"v1\"";

    private const string TimmName = "mobilenetv3_small_100.lamb_in1k";

    private const string TimmPath = $"/timm/{TimmName}/resolve/main/model.safetensors";

    private static readonly Lazy<byte[]> Torchvision = new(() => WeightFiles.Torchvision("squeezenet1_1"));

    private static readonly Lazy<byte[]> Timm = new(() => WeightFiles.Timm("mobilenet_v3_small"));

    private readonly TemporaryFolder _folder = new();

    private static string Address =>
        $"https://weights.example/models/net-{WeightFiles.Digest(Torchvision.Value)[..8]}.safetensors";

    private static string Name => Path.GetFileNameWithoutExtension(Address);

    private string Home => _folder["home"];

    private string ModelFolder => _folder["home", "models", Name];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_from_an_address_is_listed_told_and_used_offline()
    {
        using (var server = Serve())
            Assert.Equal($"{Name} is now in {ModelFolder}.\n", Pull(server, Address).Succeeded());

        Assert.Equal($"{Name} is already in {ModelFolder}.\n", Pull(null, Address).Succeeded());
        var row = GraftProcess
            .Run(["models", "list"], Home)
            .Succeeded()
            .Split('\n')
            .Single(line => line.StartsWith(Name, StringComparison.Ordinal));
        Assert.Contains("4.9 MB on this machine", row, StringComparison.Ordinal);
        var info = GraftProcess.Run(["models", "info", Name], Home).Succeeded();
        Assert.All([Address, $"sha256-{WeightFiles.Digest(Torchvision.Value)}", "224x224 crop from 256"], part =>
            Assert.Contains(part, info, StringComparison.Ordinal)
        );
        SyntheticPhotos.Write(_folder["photos"], 3, striped: true, 1);
        var features = GraftProcess
            .Run(
                ["features", _folder["photos"], "--backbone", Name, "--output", _folder["features.npy"], "--json"],
                Home
            )
            .Succeeded();
        using (var document = JsonDocument.Parse(features))
            Assert.Equal(
                [3, 512],
                document.RootElement.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())
            );
        Assert.StartsWith(
            $"Removed {Name}",
            GraftProcess.Run(["models", "remove", Name], Home).Succeeded(),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(ModelFolder));
    }

    [Fact]
    public void Weights_that_are_not_there_are_fetched_by_the_command_that_needs_them()
    {
        SyntheticPhotos.Write(_folder["photos"], 2, striped: true, 1);
        using var server = new FaultyServer(
            (request, stream, _) =>
                request.Path == TimmPath
                    ? FaultyServer.Write(
                        stream,
                        "302 Found",
                        $"Location: /store/0a1b2c\r\nX-Linked-ETag: "
                            + $"\"{WeightFiles.Digest(Timm.Value)}\"\r\nContent-Length: 0\r\n",
                        default
                    )
                    : FaultyServer.Serve(request, stream, Timm.Value, Tag)
        );
        var result = Run(
            server,
            ["features", _folder["photos"], "--backbone", TimmName, "--output", _folder["features.npy"]]
        );
        result.Succeeded();
        Assert.Equal([TimmPath, "/store/0a1b2c"], server.Requests.Select(request => request.Path));
        Assert.Contains("download: 10 MB of 10 MB", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            WeightFiles.Digest(Timm.Value),
            File.ReadAllText(_folder["home", "models", ".pins", TimmName]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_redirection_that_promises_another_digest_is_not_believed()
    {
        using var server = new FaultyServer(
            (request, stream, _) =>
                request.Path == TimmPath
                    ? FaultyServer.Write(
                        stream,
                        "302 Found",
                        $"Location: /store\r\nX-Linked-ETag: \"{new string('0', 64)}\"\r\nContent-Length: 0\r\n",
                        default
                    )
                    : FaultyServer.Serve(request, stream, Timm.Value, Tag)
        );
        Fails(Pull(server, TimmName), new string('0', 64), WeightFiles.Digest(Timm.Value), "GRAFT_HUB");
    }

    [Fact]
    public void A_broken_connection_and_a_server_in_trouble_pass()
    {
        var answers = 0;
        using var server = new FaultyServer(
            (request, stream, _) =>
                Interlocked.Increment(ref answers) == 1
                    ? FaultyServer.Write(stream, "500 Internal Server Error", "Content-Length: 0\r\n", default)
                    : FaultyServer.Serve(request, stream, Torchvision.Value, Tag, cutAfter: 3_000_000)
        );
        Pull(server, Address).Succeeded();
        Assert.Equal([null, null, 3_000_000], server.Requests.Select(request => request.RangeFrom));
    }

    [Fact]
    public async Task A_killed_pull_goes_on_where_it_was()
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (
            var slow = new FaultyServer(
                async (request, stream, cancellation) =>
                {
                    await FaultyServer.Serve(request, stream, Torchvision.Value, Tag, cutAfter: 2_000_000);
                    sent.SetResult();
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
            )
        )
        {
            using var process = GraftProcess.Start(["models", "pull", Address], Home, null, Mirror(slow));
            await sent.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            var part = _folder["home", "models", ".downloads", Name, $"{Name}.safetensors.part"];
            Assert.True(
                SpinWait.SpinUntil(
                    () => File.Exists(part) && new FileInfo(part).Length == 2_000_000,
                    TimeSpan.FromMinutes(1)
                )
            );
            process.Kill();
            process.WaitForEnd();
        }

        Assert.False(Directory.Exists(ModelFolder));
        using var server = Serve();
        Pull(server, Address).Succeeded();
        Assert.Equal(2_000_000, Assert.Single(server.Requests).RangeFrom);
    }

    [Fact]
    public void Another_content_than_the_name_promises_is_refused()
    {
        using var server = Serve();
        Fails(
            Pull(server, "squeezenet1_1"),
            "b8a52dc0...",
            WeightFiles.Digest(Torchvision.Value),
            "/models/squeezenet1_1-b8a52dc0.pth"
        );
        Assert.False(Directory.Exists(_folder["home", "models", "squeezenet1_1"]));
    }

    [Fact]
    public void What_is_no_file_of_weights_is_refused()
    {
        using var server = new FaultyServer(
            (request, stream, _) =>
                FaultyServer.Serve(request, stream, "<html>Sign in to the network</html>"u8.ToArray(), Tag)
        );
        Fails(Pull(server, "https://weights.example/net.pth"), "net.pth", "expected");
        Fails(Pull(server, TimmName), TimmName, "expected");
    }

    [Fact]
    public void A_wrong_length_is_an_error()
    {
        using var server = new FaultyServer(
            (request, stream, _) =>
                request.RangeFrom is null
                    ? FaultyServer.Write(
                        stream,
                        "200 OK",
                        $"Content-Length: {Torchvision.Value.Length - 10}\r\n",
                        Torchvision.Value
                    )
                    : FaultyServer.Write(stream, "416 Range Not Satisfiable", "Content-Length: 0\r\n", default)
        );
        Fails(Pull(server, Address), "SHA-256");
    }

    [Fact]
    public void A_missing_file_and_a_missing_name_are_told()
    {
        using var server = new FaultyServer(
            (_, stream, _) => FaultyServer.Write(stream, "404 Not Found", "Content-Length: 0\r\n", default)
        );
        Fails(Pull(server, Address), "404", "there is no such file");
        Fails(Pull(server, "resnet-34"), "Did you mean 'resnet34'?");
        Fails(Pull(server, _folder["none.pth"]), "none.pth", "nothing is there");
    }

    [Fact]
    public void A_file_on_the_disk_gets_the_name_that_it_is_given()
    {
        File.WriteAllBytes(_folder["net.safetensors"], Torchvision.Value);
        GraftProcess.Run(["models", "pull", "net.safetensors", "--name", "mine"], Home, _folder.Path).Succeeded();
        using var document = JsonDocument.Parse(
            GraftProcess
                .Run(["models", "pull", "./net.safetensors", "--name", "mine", "--json"], Home, _folder.Path)
                .Succeeded()
        );
        Assert.Equal("mine", document.RootElement.GetProperty("name").GetString());
        Assert.False(document.RootElement.GetProperty("changed").GetBoolean());
    }

    [Fact]
    public void The_proxy_of_the_environment_is_asked()
    {
        using var proxy = Serve();
        var address = Address.Replace("https:", "http:", StringComparison.Ordinal);
        GraftProcess
            .Run(["models", "pull", address], Home, null, ("http_proxy", proxy.Address.ToString()), ("no_proxy", ""))
            .Succeeded();
        Assert.Equal(address, Assert.Single(proxy.Requests).Path);
    }

    [Theory]
    [InlineData("2m", false)]
    [InlineData("7m", true)]
    public void A_full_disk_is_told_and_what_has_arrived_is_kept(string size, bool arrives)
    {
        using var disk = SmallFileSystem.Mount(Home, size);
        if (disk is null)
        {
            Assert.Skip("A small file system cannot be mounted here; that takes root on Linux.");
            return;
        }

        using var server = Serve();
        Fails(Pull(server, Address), "is full", "Free some space");
        Assert.False(Directory.Exists(ModelFolder));
        disk.Grow("20m");
        Pull(server, Address).Succeeded();
        Assert.Equal(arrives ? 1 : 2, server.Requests.Count);
        Assert.All(server.Requests.Skip(1), request => Assert.InRange(request.RangeFrom ?? 0, 1_000_000, 3_000_000));
    }

    private static FaultyServer Serve() =>
        new((request, stream, _) => FaultyServer.Serve(request, stream, Torchvision.Value, Tag));

    private static (string Name, string Value) Mirror(FaultyServer? server) =>
        ("GRAFT_HUB", (server?.Address ?? new Uri("http://127.0.0.1:1/")).ToString());

    private GraftResult Pull(FaultyServer? server, string source) => Run(server, ["models", "pull", source]);

    private GraftResult Run(FaultyServer? server, string[] arguments) =>
        GraftProcess.Run(arguments, Home, null, Mirror(server));

    private static void Fails(GraftResult result, params string[] parts)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        var message = result.Error.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("graft: ", message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain("defect", result.Error, StringComparison.Ordinal);
    }
}
