using Graft.Cli.Rendering;

namespace Graft.Cli.Execution;

/// <summary>The environment that every command runs in.</summary>
/// <param name="Terminal">Receives results, progress and errors.</param>
/// <param name="CancellationToken">Cancelled when the user interrupts.</param>
internal sealed record CommandEnvironment(Terminal Terminal, CancellationToken CancellationToken);
