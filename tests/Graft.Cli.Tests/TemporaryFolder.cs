namespace Graft.Cli.Tests;

/// <summary>A folder of a test's own, removed with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("graft-cli-").FullName;

    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a text file and the folders above it.</summary>
    public string Put(string relative, string content)
    {
        var path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Makes a folder and those above it.</summary>
    public string MakeFolder(string relative) => Directory.CreateDirectory(this[relative]).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
