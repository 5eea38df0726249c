namespace Graft.Data;

/// <summary>A file that could not be used as an image.</summary>
/// <param name="Path">The file, as the user knows it.</param>
/// <param name="Reason">What is wrong with it, a sentence for the user.</param>
public sealed record BadImage(string Path, string Reason);
