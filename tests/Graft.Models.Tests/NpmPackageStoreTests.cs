using System.Formats.Tar;
using Graft.Models.Downloads;

namespace Graft.Models.Tests;

public sealed class NpmPackageStoreTests : IDisposable
{
    private readonly TinyPackage _package = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private NpmPackage Package => _package.Origin().Package;

    public void Dispose() => _package.Dispose();

    [Fact]
    public void A_package_is_unpacked_once_under_the_home()
    {
        var store = Store();
        Assert.False(store.IsPulled(Package));
        var folder = store.Pull(Package, cancellationToken: Token);
        Assert.Equal(Path.Combine(_package.Home.Folder, "datasets", "tiny-1.0.0"), folder);
        Assert.Equal(
            ["labels.json", "model/model.json", "model/shard.bin", "package.json"],
            Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(TinyPackage.Manifest, File.ReadAllText(Path.Combine(folder, "model", "model.json")));
        Assert.Equal(
            folder,
            new NpmPackageStore(_package.Home, new NpmClient("")).Pull(Package, cancellationToken: Token)
        );
        Assert.Equal(1, _package.Runs);
        Assert.True(store.Remove(Package) > 0);
        Assert.False(store.IsPulled(Package));
    }

    [Fact]
    public void A_missing_npm_is_told_with_what_to_install()
    {
        var store = new NpmPackageStore(_package.Home, new NpmClient(_package.Home.Folder));
        var error = Assert.Throws<PullException>(() => store.Pull(Package, cancellationToken: Token));
        Assert.Contains("Install Node.js 20", error.Message, StringComparison.Ordinal);
        Assert.Contains("tiny@1.0.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_named_npm_that_is_no_program_is_not_npm()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(_package.Programs, "npm"), UnixFileMode.UserRead);
        Assert.Contains(
            "Install Node.js 20",
            Assert.Throws<PullException>(() => Store().Pull(Package, cancellationToken: Token)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_failing_npm_is_told_with_its_last_lines()
    {
        _package.Npm("i=1; while [ $i -le 30 ]; do echo \"npm error line $i.\" >&2; i=$((i+1)); done; exit 7");
        var message = Assert.Throws<PullException>(() => Store().Pull(Package, cancellationToken: Token)).Message;
        Assert.Contains("exit code 7", message, StringComparison.Ordinal);
        Assert.Contains("npm error line 30.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("npm error line 3.", message, StringComparison.Ordinal);
        Assert.Contains("npm config get registry", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0", "put 0 there")]
    [InlineData("touch \"$4/a.tgz\" \"$4/b.tgz\"", "put 2 there")]
    public void An_npm_that_delivers_nothing_or_too_much_is_an_error(string script, string found)
    {
        _package.Npm(script);
        Assert.Contains(
            found,
            Assert.Throws<PullException>(() => Store().Pull(Package, cancellationToken: Token)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_that_cannot_be_started_is_an_error()
    {
        File.WriteAllText(Path.Combine(_package.Programs, "npm"), "#!/no/such/interpreter\n");
        Assert.Contains(
            "could not be started",
            Assert.Throws<PullException>(() => Store().Pull(Package, cancellationToken: Token)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("package/../../escaped.txt")]
    [InlineData("../escaped.txt")]
    [InlineData("/escaped.txt")]
    [InlineData("package//escaped.txt")]
    [InlineData("package\\..\\escaped.txt")]
    [InlineData("escaped.txt")]
    public void A_path_that_leaves_the_folder_is_refused(string path)
    {
        _package.WriteTarball(("package/package.json", []), (path, [1]));
        Assert.Contains(
            "not to be trusted",
            Assert.Throws<PullException>(() => Store().Pull(Package, cancellationToken: Token)).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(
            Directory.GetFiles(Path.GetDirectoryName(_package.Home.Folder)!, "escaped*", SearchOption.AllDirectories)
        );
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    public void Links_are_refused(TarEntryType type)
    {
        _package.WriteTarball(
            new PaxTarEntry(TarEntryType.RegularFile, "package/package.json"),
            new PaxTarEntry(type, "package/link") { LinkName = "package/package.json" }
        );
        Assert.Contains(
            $"is a {type}",
            Assert.Throws<PullException>(() => Store().Pull(Package, cancellationToken: Token)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_damaged_archive_is_an_error_even_with_the_right_digest()
    {
        var whole = File.ReadAllBytes(_package.Tarball);
        byte[][] damaged =
        [
            [],
            [1, 2, 3],
            "not an archive at all"u8.ToArray(),
            whole[..(whole.Length / 2)],
        ];
        foreach (var bytes in damaged)
        {
            File.WriteAllBytes(_package.Tarball, bytes);
            Assert.Throws<PullException>(() => Store().Pull(Package, cancellationToken: Token));
            Assert.False(Store().IsPulled(Package));
        }
    }

    private NpmPackageStore Store() => new(_package.Home, new NpmClient(_package.Programs));
}
