namespace Graft.Cli.Rendering;

/// <summary>The output of <c>models pull --json</c> and <c>models remove --json</c>.</summary>
/// <param name="Name">The name of the weights.</param>
/// <param name="Changed">Whether weights were downloaded, imported or removed.</param>
/// <param name="FreedBytes">The disk space freed by removing, in bytes.</param>
/// <param name="Folder">The folder of the weights, also after they were removed.</param>
internal sealed record ModelChange(string Name, bool Changed, long FreedBytes, string Folder);
