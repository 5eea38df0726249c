namespace Graft.Training.Benchmarking;

/// <summary>The phases of a benchmark, in order.</summary>
public enum BenchmarkPhase
{
    /// <summary>The machine's peak is measured.</summary>
    Peak,

    /// <summary>The network is built or loaded.</summary>
    Build,

    /// <summary>The network runs without being timed.</summary>
    WarmUp,

    /// <summary>The network is timed.</summary>
    Rounds,

    /// <summary>The steps of the network are timed one by one.</summary>
    Steps,
}

/// <summary>A progress report of a benchmark.</summary>
/// <param name="Phase">The current phase.</param>
/// <param name="Round">The current round, from 1; 0 in other phases.</param>
/// <param name="Rounds">The number of rounds; 0 in other phases.</param>
public readonly record struct BenchmarkProgress(BenchmarkPhase Phase, int Round = 0, int Rounds = 0);
