namespace Graft.Testing;

/// <summary>
/// A folder of a test's own, made at its first use and removed with everything in it. A test that is skipped before
/// leaves nothing.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly Lazy<string> _path = new(() => Directory.CreateTempSubdirectory("graft-test-").FullName);

    /// <summary>The folder.</summary>
    public string Path => _path.Value;

    /// <summary>A path below it.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file, by default with its own name as content, and the folders above it.</summary>
    public string Put(string relative, string? content = null)
    {
        var path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content ?? relative);
        return path;
    }

    /// <summary>Makes a folder and those above it.</summary>
    public string MakeFolder(string relative) => Directory.CreateDirectory(this[relative]).FullName;

    public void Dispose()
    {
        if (_path.IsValueCreated)
            Directory.Delete(Path, recursive: true);
    }
}
