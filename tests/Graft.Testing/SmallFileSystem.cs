using System.ComponentModel;
using System.Diagnostics;

namespace Graft.Testing;

/// <summary>A file system in memory that is soon full. Only root on Linux may mount one.</summary>
public sealed class SmallFileSystem : IDisposable
{
    private SmallFileSystem(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Mounts one; null where that is not possible.</summary>
    /// <param name="folder">A folder, which is made.</param>
    /// <param name="size">How large it is, as mount takes it: <c>2m</c>.</param>
    public static SmallFileSystem? Mount(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder) ? new(folder) : null;
    }

    /// <summary>Makes it larger.</summary>
    public void Grow(string size) => Run("mount", "-o", $"remount,size={size}", Folder);

    public void Dispose() => Run("umount", Folder);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true }
            )!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
