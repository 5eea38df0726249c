using System.Globalization;
using Graft.Weights.Csv;

namespace Graft.Learning.Fitting;

/// <summary>The loss as a function of a rising learning rate.</summary>
/// <param name="Points">The steps, by increasing rate.</param>
/// <param name="Suggestion">The rate at which the smoothed loss fell fastest; null if it never fell.</param>
public sealed record LearningRateCurve(IReadOnlyList<LearningRatePoint> Points, double? Suggestion)
{
    /// <summary>Writes the points as a table.</summary>
    /// <param name="path">The path of the file, which is replaced atomically.</param>
    /// <exception cref="IOException">
    /// The file cannot be written; the message names the folder and the remedy.
    /// </exception>
    public void Write(string path) =>
        CsvFile.Write(
            path,
            ["learning_rate", "loss", "smoothed_loss"],
            Points.Select(
                IReadOnlyList<string> (point) => [Text(point.LearningRate), Text(point.Loss), Text(point.SmoothedLoss)]
            )
        );

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
