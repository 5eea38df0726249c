using System.Security.Cryptography;
using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Models.Networks;
using Graft.Models.Published;
using Graft.Models.Storage;
using Graft.Models.Tests.Golden;
using Graft.Tensors;
using Graft.Testing;
using Graft.Weights;

namespace Graft.Models.Tests.Published;

/// <summary>
/// Weights that are one file on the web, from a server on loopback to the network that has them; and files that users
/// bring.
/// </summary>
public sealed class WebWeightsTests : IDisposable
{
    private const string Tag = "\"v1\"";

    private const string Name = "squeezenet1_1";

    private static readonly Lazy<byte[]> Shared = new(() => WeightsOf(Name, 1000));

    private readonly string _folder = Directory.CreateTempSubdirectory("graft-published-").FullName;

    private byte[] _content = Shared.Value;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private GraftHome Home => new(Path.Combine(_folder, "home"));

    private string Digest => Convert.ToHexStringLower(SHA256.HashData(_content));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Weights_are_fetched_when_they_are_first_opened_and_then_work_offline()
    {
        using (var server = Serve())
        {
            var store = Store(server, Digest[..8]);
            store.OpenWeights(Name, cancellationToken: Token).Dispose();
            Assert.Equal("/models/weights.safetensors", Assert.Single(server.Requests).Path);
        }

        var offline = Store(null, Digest[..8]);
        Assert.True(offline.IsPulled(Name));
        Assert.False(offline.Pull(Name, cancellationToken: Token));
        Assert.Equal(1000, offline.ReadLabels(Name, cancellationToken: Token).Count);
        Assert.Equal($"sha256-{Digest}", offline.Describe(Name).Digest);
        using var expected = Architectures.Find(Name).Build(Preprocessing.Torchvision(64));
        SeededParameters.Fill(expected);
        using var network = Architectures.Find(Name).Build(Preprocessing.Torchvision(64));
        using (var file = offline.OpenWeights(Name, cancellationToken: Token))
            NetworkWeights.Load(network, file);
        Assert.All(expected.Parameters.Zip(network.Parameters), pair =>
            Assert.True(Closeness.SameBits(pair.First.Value.Value.Span, pair.Second.Value.Value.Span), pair.First.Key)
        );
        Assert.Equal([".downloads", ".pins", $".{Name}.lock", Name], Entries());
    }

    [Fact]
    public void A_pull_that_was_stopped_goes_on_where_it_was()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using (
            var slow = new FaultyServer(
                async (request, stream, cancellation) =>
                {
                    await FaultyServer.Serve(request, stream, _content, Tag, cutAfter: 1_000_000);
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
            )
        )
        {
            var watch = new Watch(report =>
            {
                if (report.Bytes == 1_000_000)
                    source.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() =>
                Store(slow, Digest[..8]).Pull(Name, watch, source.Token)
            );
        }

        using var server = Serve();
        Assert.True(Store(server, Digest[..8]).Pull(Name, cancellationToken: Token));
        Assert.Equal(1_000_000, Assert.Single(server.Requests).RangeFrom);
    }

    [Fact]
    public void Weights_that_are_not_those_of_the_catalogue_are_not_kept()
    {
        using var server = Serve();
        var error = Assert.Throws<PullException>(() => Store(server, "00112233").Pull(Name, cancellationToken: Token));
        Assert.Contains(Digest, error.Message, StringComparison.Ordinal);
        Assert.Equal([$".{Name}.lock"], Entries().Where(entry => entry != ".downloads"));
    }

    [Fact]
    public void A_digest_that_nobody_told_is_remembered_from_the_first_time()
    {
        using (var server = Serve())
        {
            var store = Store(server, "");
            store.Pull(Name, cancellationToken: Token);
            Assert.True(store.Remove(Name) > 0);
            store.Pull(Name, cancellationToken: Token);
            store.Remove(Name);
        }

        var first = Digest;
        _content = [.. _content];
        _content[^1] ^= 1;
        using var altered = Serve();
        var error = Assert.Throws<PullException>(() => Store(altered, "").Pull(Name, cancellationToken: Token));
        Assert.Contains(first, error.Message, StringComparison.Ordinal);
        var pin = Path.Combine(Home.Models, ".pins", Name);
        Assert.Contains($"'{pin}' remembers the digest of the first download", error.Message, StringComparison.Ordinal);
        File.Delete(pin);
        Assert.True(Store(altered, "").Pull(Name, cancellationToken: Token));
    }

    [Fact]
    public void A_file_of_another_network_is_refused_and_deleted()
    {
        using var server = Serve();
        var error = Assert.Throws<WeightsFormatException>(() =>
            Store(server, Digest[..8], "squeezenet1_0").Pull("squeezenet1_0", cancellationToken: Token)
        );
        Assert.Contains("'features.0.weight' of shape [96, 3, 7, 7]", error.Message, StringComparison.Ordinal);
        Assert.Equal([".downloads", ".pins", ".squeezenet1_0.lock"], Entries());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Home.Models, ".downloads")));
    }

    [Fact]
    public void A_file_of_the_catalogues_digest_becomes_the_catalogues()
    {
        var path = Put("somewhere.safetensors");
        var store = Store(null, Digest[..8]);
        Assert.Equal(new PullResult(Name, true), store.Import(new() { Source = path }, cancellationToken: Token));
        Assert.True(store.IsPulled(Name));
        Assert.Equal(new PullResult(Name, false), store.Import(new() { Source = path }, cancellationToken: Token));
    }

    [Fact]
    public void A_users_own_file_is_recognised_named_and_kept()
    {
        _content = WeightsOf("squeezenet1_0", 7);
        var path = Put("my.net-2.safetensors");
        var store = new ModelStore(Home);
        Assert.Equal(new PullResult("my.net-2", true), store.Import(new() { Source = path }, cancellationToken: Token));
        File.Delete(path);
        var info = new ModelStore(Home).Find("my.net-2");
        Assert.Equal(("squeezenet1_0", 7), (info.Architecture.Name, info.ClassCount));
        Assert.Equal(info.Architecture.Preprocessing, info.Preprocessing);
        Assert.Equal(path, info.Origin.Place);
        using (var network = info.Build(Preprocessing.Torchvision(64)))
        using (var file = store.OpenWeights("my.net-2", cancellationToken: Token))
            NetworkWeights.Load(network, file);
        Assert.Contains(
            "my.net-2",
            store.DescribeArchitecture("squeezenet1_0").Weights.Select(weights => weights.Name)
        );
        Assert.Contains(
            "the names of their classes are not known",
            Assert.Throws<PullException>(() => store.ReadLabels("my.net-2", cancellationToken: Token)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "my.net-2",
            Assert.Throws<PullException>(() => store.Find("nothing-like-it")).Message,
            StringComparison.Ordinal
        );
        Assert.True(store.Remove("my.net-2") > 0);
        Assert.Throws<PullException>(() => store.Find("my.net-2"));
    }

    [Fact]
    public void A_name_is_not_taken_from_others()
    {
        var store = new ModelStore(Home);
        store.Import(new() { Source = Put("mine.safetensors") }, cancellationToken: Token);
        _content = WeightsOf("squeezenet1_0", 3);
        var path = Put("mine.safetensors");
        Fails(new() { Source = path }, "There are other weights named 'mine' already");
        Fails(new() { Source = path, Name = "resnet18" }, "belongs to ResNet-18");
        Fails(new() { Source = path, Name = "../mine" }, "cannot be the name of weights");
        Fails(new() { Source = Path.Combine(_folder, "none") }, "nothing is there");
        Fails(new() { Source = "ftp://host/file.pth" }, "is not the address of a file");

        void Fails(ImportRequest request, string message) =>
            Assert.Contains(
                message,
                Assert.Throws<PullException>(() => store.Import(request, cancellationToken: Token)).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void A_file_that_is_of_no_known_network_is_refused()
    {
        var store = new ModelStore(Home);
        var path = Put("mine.safetensors");
        Assert.Contains(
            "'features.0.weight' of shape [96, 3, 7, 7]",
            Refused(new() { Source = path, Architecture = "squeezenet1_0" }),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "logits of resnet18",
            Refused(new() { Source = path, Architecture = "resnet18" }),
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() =>
            store.Import(new() { Source = path, Architecture = "nonet" }, cancellationToken: Token)
        );
        File.WriteAllText(path, "no weights");
        Refused(new() { Source = path });
        using (var tensor = Tensor.From(new Shape(2), [1f, 2f]))
            Weights.Safetensors.SafetensorsWriter.Write(path, [("some.thing", tensor)]);
        Assert.Contains("'some.thing' [2]", Refused(new() { Source = path }), StringComparison.Ordinal);
        Assert.All(Entries(), entry => Assert.EndsWith(".lock", entry, StringComparison.Ordinal));

        string Refused(ImportRequest request) =>
            Assert.Throws<WeightsFormatException>(() => store.Import(request, cancellationToken: Token)).Message;
    }

    private static byte[] WeightsOf(string name, int classes)
    {
        var path = Path.GetTempFileName();
        using (var network = Architectures.Find(name).Build(Preprocessing.Torchvision(64), classes))
        {
            SeededParameters.Fill(network);
            NetworkWeights.SaveTorchvision(network, path);
        }

        var content = File.ReadAllBytes(path);
        File.Delete(path);
        return content;
    }

    private string[] Entries() =>
        Directory.Exists(Home.Models)
            ?
            [
                .. Directory
                    .GetFileSystemEntries(Home.Models)
                    .Select(path => Path.GetFileName(path))
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    private string Put(string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, _content);
        return path;
    }

    private FaultyServer Serve() => new((request, stream, _) => FaultyServer.Serve(request, stream, _content, Tag));

    /// <summary>
    /// A store whose catalogue has one set of weights, on the web as the server has it; without a server nobody
    /// answers.
    /// </summary>
    private ModelStore Store(FaultyServer? server, string digest, string name = Name)
    {
        var file = new WebFile(new Uri("http://weights.example/models/weights.safetensors"), digest);
        var info = Catalogue.Standard.Find(name) with { Origin = new WebWeights(file, _content.Length) };
        return new(
            Home,
            new Catalogue(info),
            web: new()
            {
                Mirror = server?.Address ?? new Uri("http://127.0.0.1:1/"),
                FirstPause = TimeSpan.FromMilliseconds(5),
                Attempts = 2,
            }
        );
    }

    private sealed class Watch(Action<PullProgress> action) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => action(value);
    }
}
