namespace Graft.Testing;

/// <summary>Tests that look at how much tensor memory the process holds do not run beside others.</summary>
[CollectionDefinition(nameof(SharedMemory), DisableParallelization = true)]
public sealed class SharedMemory;
