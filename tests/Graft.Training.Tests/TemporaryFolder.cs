namespace Graft.Training.Tests;

/// <summary>A folder of a test's own, removed with everything in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("graft-training-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file, by default with its own name as content, and the folders above it.</summary>
    public string Put(string relative, string? content = null)
    {
        var path = this[relative];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content ?? relative);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
