namespace Graft.Imaging;

/// <summary>Reads whole files within limits, and explains why a file cannot be read.</summary>
internal static class ImageFile
{
    /// <exception cref="ImageException">
    /// The file is missing, unreadable, a folder, a dangling link, empty or too large.
    /// </exception>
    public static byte[] Read(string path, ImageLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw Unreadable(path, "is a folder", "a folder", "Give the path of one file.", null);
        try
        {
            // Pipes and devices have length 0, and opening a pipe would block until something writes to it.
            if (File.ResolveLinkTarget(path, returnFinalTarget: true) is not FileInfo target)
                target = new FileInfo(path);
            if (target is { Exists: true, Length: 0 })
                throw Empty(path);
            using var file = File.OpenHandle(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                FileOptions.SequentialScan
            );
            var length = RandomAccess.GetLength(file);
            if (length == 0)
                throw Empty(path);
            if (length > limits.MaximumFileBytes)
                throw TooLarge(path, length, limits);
            var bytes = GC.AllocateUninitializedArray<byte>((int)length);
            var read = 0;
            while (read < bytes.Length)
            {
                var count = RandomAccess.Read(file, bytes.AsSpan(read), read);
                if (count == 0)
                    throw Unreadable(
                        path,
                        "changed while it was read",
                        $"only {read} of {length} bytes",
                        "Try again when no program writes to the file.",
                        null
                    );
                read += count;
            }

            return bytes;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            if (new FileInfo(path).LinkTarget is { } missing)
                throw Unreadable(
                    path,
                    "dangling link",
                    $"a link to '{missing}', which does not exist",
                    "Restore the link's target, or remove the link.",
                    exception
                );
            throw Unreadable(path, "not found", "none", "Check the path.", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Unreadable(
                path,
                "not permitted",
                "a file that this user may not read",
                "Change its permissions, or run as a user who may read it.",
                exception
            );
        }
        catch (IOException exception)
        {
            throw Unreadable(
                path,
                "read error",
                exception.Message,
                "Check the disk or the network share, or remove the file.",
                exception
            );
        }
        catch (NotSupportedException exception)
        {
            throw Unreadable(
                path,
                "not a file",
                "something without a length, such as a pipe or a device",
                "Give the path of an ordinary file.",
                exception
            );
        }
    }

    public static ImageException Empty(string name) =>
        new(
            "read",
            name,
            "empty file",
            "an image",
            "0 bytes (pipes and devices have that size too)",
            "Copy or download the file again, or remove it."
        );

    public static ImageException TooLarge(string name, long length, ImageLimits limits) =>
        new(
            "read",
            name,
            "file too large",
            $"at most {limits.MaximumFileBytes} bytes",
            $"{length} bytes",
            "Scale the image down, or raise the limit on file size if it is meant to be this large."
        );

    private static ImageException Unreadable(
        string path,
        string reason,
        string found,
        string remedy,
        Exception? inner
    ) => new("read", path, reason, "a readable file", found, remedy, inner);
}
