using Graft.Cli.Rendering;

namespace Graft.Cli.Execution;

/// <summary>What every command works with.</summary>
/// <param name="Terminal">Where results, progress and errors go.</param>
/// <param name="CancellationToken">Cancelled when the user interrupts.</param>
internal sealed record CommandEnvironment(Terminal Terminal, CancellationToken CancellationToken);
