using System.Diagnostics;

namespace Graft.Imaging.Tests;

public sealed class FileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-imaging-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Reason(string path, ImageLimits? limits = null)
    {
        var refused = Assert.Throws<ImageException>(() => ImageDecoder.ReadFile(path, limits));
        Assert.Equal(path, refused.Path);
        return refused.Reason;
    }

    [Fact]
    public void A_file_is_read_whole() =>
        Assert.Equal(
            File.ReadAllBytes(Reference.PathOf("base.png")),
            ImageDecoder.ReadFile(Reference.PathOf("base.png"))
        );

    [Fact]
    public void A_missing_file_is_named() => Assert.Equal("not found", Reason(Path.Combine(_folder, "none.jpg")));

    [Fact]
    public void A_missing_folder_is_named() =>
        Assert.Equal("not found", Reason(Path.Combine(_folder, "none", "photo.jpg")));

    [Fact]
    public void A_folder_is_not_a_file() => Assert.Equal("is a folder", Reason(_folder));

    [Fact]
    public void An_empty_file_is_said_to_be_empty()
    {
        var path = Path.Combine(_folder, "empty.jpg");
        File.WriteAllBytes(path, []);
        Assert.Equal("empty file", Reason(path));
    }

    [Fact]
    public void A_dangling_link_is_told_from_a_missing_file()
    {
        var path = Path.Combine(_folder, "link.jpg");
        try
        {
            File.CreateSymbolicLink(path, Path.Combine(_folder, "gone.jpg"));
        }
        catch (Exception exception)
            when (OperatingSystem.IsWindows() && exception is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("This user may not make symbolic links.");
        }

        var refused = Assert.Throws<ImageException>(() => ImageDecoder.ReadFile(path));
        Assert.Equal("dangling link", refused.Reason);
        Assert.Contains("gone.jpg", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_an_error()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no permission bits.");
            return;
        }

        var path = Path.Combine(_folder, "secret.jpg");
        File.WriteAllBytes(path, Reference.Bytes("baseline.jpg"));
        File.SetUnixFileMode(path, UnixFileMode.None);
        try
        {
            using var opened = File.OpenRead(path);
        }
        catch (UnauthorizedAccessException)
        {
            Assert.Equal("not permitted", Reason(path));
            return;
        }

        Assert.Skip("This user, like root, may read every file.");
    }

    [Fact]
    public void A_file_beyond_the_limit_is_not_read()
    {
        var path = Path.Combine(_folder, "sparse.jpg");
        using (var file = File.Create(path))
            file.SetLength(3L << 30);
        Assert.Equal("file too large", Reason(path));
    }

    [Fact]
    public void A_device_or_a_pipe_is_an_error_and_never_waited_for()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("There is no /dev/zero, or no mkfifo.");
        Assert.Equal("empty file", Reason("/dev/zero"));

        var pipe = Path.Combine(_folder, "pipe.jpg");
        using var made = Process.Start("mkfifo", [pipe]);
        made.WaitForExit();
        Assert.Equal("empty file", Reason(pipe));
    }

    [Fact]
    public void A_link_to_a_file_is_read()
    {
        var path = Path.Combine(_folder, "link.png");
        try
        {
            File.CreateSymbolicLink(path, Reference.PathOf("base.png"));
        }
        catch (Exception exception)
            when (OperatingSystem.IsWindows() && exception is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("This user may not make symbolic links.");
        }

        Assert.Equal(Reference.Bytes("base.png"), ImageDecoder.ReadFile(path));
    }

    [Fact]
    public void A_bad_file_does_not_stop_the_next_one()
    {
        var loader = new ImageLoader(Preprocessing.Caffe(16));
        var rgb = new float[loader.ValueCount];
        Assert.Throws<ImageException>(() => loader.Load(Path.Combine(_folder, "none.jpg"), rgb));
        Assert.Throws<ImageException>(() => loader.Load(Reference.PathOf("refused.bmp"), rgb));
        loader.Load(Reference.PathOf("base.png"), rgb);
        Assert.NotEqual(rgb[0], rgb[^1]);
    }
}
