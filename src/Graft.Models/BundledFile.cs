namespace Graft.Models;

/// <summary>A file that comes with the program.</summary>
/// <param name="Path">The path, relative to the program's folder, with slashes.</param>
/// <param name="Sha256">The SHA-256 in lower-case hexadecimal digits.</param>
public sealed record BundledFile(string Path, string Sha256);
