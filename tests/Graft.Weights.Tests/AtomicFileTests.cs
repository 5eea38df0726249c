namespace Graft.Weights.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-atomic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string InFolder(string name) => Path.Combine(_folder, name);

    [Fact]
    public void A_file_is_written_whole_and_nothing_else_is_left()
    {
        AtomicFile.Write(InFolder("a.bin"), stream => stream.Write([1, 2, 3]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(InFolder("a.bin")));
        Assert.Equal([InFolder("a.bin")], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_missing_folder_is_made()
    {
        AtomicFile.WriteText(InFolder("deep/er/a.txt"), "é");
        Assert.Equal([0xC3, 0xA9], File.ReadAllBytes(InFolder("deep/er/a.txt")));
    }

    [Fact]
    public void A_failure_while_writing_leaves_the_old_file_and_no_temporary_one()
    {
        File.WriteAllText(InFolder("a.txt"), "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(InFolder("a.txt"), stream =>
            {
                stream.Write(new byte[100_000]);
                throw new InvalidOperationException("stop");
            }));
        Assert.Equal("old", File.ReadAllText(InFolder("a.txt")));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_reader_meanwhile_sees_the_old_file()
    {
        File.WriteAllText(InFolder("a.txt"), "old");
        AtomicFile.Write(InFolder("a.txt"), stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(InFolder("a.txt")));
        });
        Assert.Equal("new", File.ReadAllText(InFolder("a.txt")));
    }

    [Fact]
    public void A_full_disk_is_explained_with_the_folder_and_the_remedy()
    {
        if (!File.Exists("/dev/full"))
            Assert.Skip("This system has no /dev/full.");

        // The system's own error for a full disk, raised while the content is written.
        var error = Assert.ThrowsAny<IOException>(() =>
            AtomicFile.Write(InFolder("a.txt"), _ => File.WriteAllText("/dev/full", "x"))
        );
        Assert.Contains("is full", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{_folder}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Free some space", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Other_errors_of_the_writer_stay_as_they_are()
    {
        Assert.Throws<FileNotFoundException>(() =>
            AtomicFile.Write(InFolder("a.txt"), _ => File.ReadAllText(InFolder("missing")))
        );
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_read_only_folder_is_explained()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Permissions of folders are set differently on Windows.");
            return;
        }

        // For root no folder of its own is read-only, but the kernel's are.
        var folder = Environment.IsPrivilegedProcess ? "/sys/kernel" : _folder;
        if (!Directory.Exists(folder))
            Assert.Skip($"This system has no {folder}.");
        var mode = File.GetUnixFileMode(folder);
        if (!Environment.IsPrivilegedProcess)
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var error = Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText(Path.Combine(folder, "a.txt"), "x"));
            Assert.Contains($"folder '{folder}' is read-only", error.Message, StringComparison.Ordinal);
            Assert.Contains("choose another folder", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            if (!Environment.IsPrivilegedProcess)
                File.SetUnixFileMode(folder, mode);
        }
    }

    [Fact]
    public void A_folder_in_the_files_place_is_an_error()
    {
        Directory.CreateDirectory(InFolder("a"));
        var error = Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText(InFolder("a"), "x"));
        Assert.Contains("is a folder, a file was expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_folders_place_is_an_error()
    {
        File.WriteAllText(InFolder("a"), "");
        var error = Assert.ThrowsAny<IOException>(() => AtomicFile.WriteText(InFolder("a/b.txt"), "x"));
        Assert.Contains("is a file, a folder was expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_is_followed()
    {
        File.WriteAllText(InFolder("real"), "old");
        File.CreateSymbolicLink(InFolder("link"), InFolder("real"));
        AtomicFile.WriteText(InFolder("link"), "new");
        Assert.Equal("new", File.ReadAllText(InFolder("real")));
        Assert.NotNull(new FileInfo(InFolder("link")).LinkTarget);
    }

    [Fact]
    public void A_device_is_written_to_and_not_replaced()
    {
        if (!File.Exists("/dev/null"))
            Assert.Skip("This system has no /dev/null.");
        AtomicFile.WriteText("/dev/null", "x");
        Assert.Equal("", File.ReadAllText("/dev/null"));
        Assert.Empty(Directory.GetFiles("/dev", ".null.*"));
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_after_a_day()
    {
        File.WriteAllText(InFolder(".a.txt.0123.tmp"), "");
        File.SetLastWriteTimeUtc(InFolder(".a.txt.0123.tmp"), DateTime.UtcNow.AddDays(-2));
        File.WriteAllText(InFolder(".a.txt.4567.tmp"), "");
        AtomicFile.WriteText(InFolder("a.txt"), "x");
        Assert.False(File.Exists(InFolder(".a.txt.0123.tmp")));
        Assert.True(File.Exists(InFolder(".a.txt.4567.tmp")));
    }
}
