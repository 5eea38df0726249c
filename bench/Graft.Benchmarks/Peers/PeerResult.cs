using Graft.Training.Benchmarking;

namespace Graft.Benchmarks.Peers;

/// <summary>What a case gave.</summary>
/// <param name="Case">The case's name.</param>
/// <param name="PeakGigaflops">The machine's peak on as many threads, measured while all programs rested.</param>
/// <param name="GigaoperationsPerImage">Of direct convolutions, in 10^9.</param>
/// <param name="Programs">Graft first.</param>
internal sealed record PeerResult(
    string Case,
    double PeakGigaflops,
    double GigaoperationsPerImage,
    IReadOnlyList<ProgramResult> Programs
);

/// <summary>What one program gave.</summary>
/// <param name="Name">The program.</param>
/// <param name="Version">Its version.</param>
/// <param name="ImagesPerSecond">Its rate in each round.</param>
/// <param name="GraftRatio">Graft's rate over this program's in the same round; null for Graft.</param>
/// <param name="RelativeError">
/// How far its features are from Graft's: the norm of the difference over the norm of its own.
/// </param>
/// <param name="LoadSeconds">From the start of loading to the first answer.</param>
/// <param name="PeakMemoryMebibytes">The most memory it had in use.</param>
/// <param name="MemoryMebibytes">Memory in use after the last round.</param>
/// <param name="BusyWhileResting">
/// Processor time it used while others had their turn, over their time: it disturbed them as much.
/// </param>
internal sealed record ProgramResult(
    string Name,
    string Version,
    Spread ImagesPerSecond,
    Spread? GraftRatio,
    double RelativeError,
    double LoadSeconds,
    double PeakMemoryMebibytes,
    double MemoryMebibytes,
    double BusyWhileResting
);
