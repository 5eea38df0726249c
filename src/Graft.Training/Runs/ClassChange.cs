namespace Graft.Training.Runs;

/// <summary>The change from one classifier to another for one class.</summary>
/// <param name="Label">The class.</param>
/// <param name="Images">The number of images of the class.</param>
/// <param name="FirstRecall">The first classifier's recall, 0 to 1.</param>
/// <param name="SecondRecall">The second classifier's recall, 0 to 1.</param>
/// <param name="Broken">The number of images that only the first predicts correctly.</param>
/// <param name="Mended">The number of images that only the second predicts correctly.</param>
public sealed record ClassChange(
    string Label,
    int Images,
    double FirstRecall,
    double SecondRecall,
    int Broken,
    int Mended
);
