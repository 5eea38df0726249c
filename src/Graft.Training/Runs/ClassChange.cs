namespace Graft.Training.Runs;

/// <summary>What changed from one classifier to another in a class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Images">How many images it has.</param>
/// <param name="FirstRecall">The share that the first gets right.</param>
/// <param name="SecondRecall">The share that the second gets right.</param>
/// <param name="Broken">Images that only the first gets right.</param>
/// <param name="Mended">Images that only the second gets right.</param>
public sealed record ClassChange(
    string Label,
    int Images,
    double FirstRecall,
    double SecondRecall,
    int Broken,
    int Mended
);
