namespace Graft.Cli.Rendering;

/// <summary>What <c>models pull --json</c> and <c>models remove --json</c> say.</summary>
/// <param name="Name">The model.</param>
/// <param name="Changed">Whether anything was fetched or removed.</param>
/// <param name="FreedBytes">What removing freed on the disk.</param>
/// <param name="Folder">Where the model is, or was.</param>
internal sealed record ModelChange(string Name, bool Changed, long FreedBytes, string Folder);
