namespace Graft.Data;

/// <summary>A file that could not be used as an image.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="Reason">What is wrong with it, in words for the user.</param>
public sealed record BadImage(string Path, string Reason);
