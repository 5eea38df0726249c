namespace Graft.Training.Benchmarking;

/// <summary>What a benchmark is doing.</summary>
public enum BenchmarkPhase
{
    /// <summary>The machine's peak is measured.</summary>
    Peak,

    /// <summary>The network is made, with random weights.</summary>
    Build,

    /// <summary>The network runs without being timed.</summary>
    WarmUp,

    /// <summary>The network is timed.</summary>
    Rounds,

    /// <summary>The steps of the network are timed one by one.</summary>
    Steps,
}

/// <summary>How far a benchmark is.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Round">The round, from 1, while rounds are timed; else 0.</param>
/// <param name="Rounds">How many rounds there are, while they are timed; else 0.</param>
public readonly record struct BenchmarkProgress(BenchmarkPhase Phase, int Round = 0, int Rounds = 0);
