using System.Globalization;
using Graft.Weights;

namespace Graft.Training.Runs;

/// <summary>
/// The folder of a run with all its files: <c>runs/train</c>, <c>runs/train2</c> and so on by default.
/// </summary>
public sealed class RunFolder
{
    private const string DefaultParent = "runs";

    private const string DefaultName = "train";

    private RunFolder(string path) => Path = path;

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>The classifier file.</summary>
    public string Model => File("model.onnx");

    /// <summary>The arguments of the run.</summary>
    public string Arguments => File("arguments.json");

    /// <summary>Loss and accuracy per epoch.</summary>
    public string History => File("history.csv");

    /// <summary>The metrics of every split.</summary>
    public string Metrics => File("metrics.json");

    /// <summary>The predictions for every image.</summary>
    public string Predictions => File("predictions.csv");

    /// <summary>The images that were left out.</summary>
    public string BadImages => File("bad-images.csv");

    /// <summary>
    /// The validation and test images that duplicate a training image. Written only if there are any.
    /// </summary>
    public string Leaks => File("leaks.csv");

    /// <summary>The images of each split with their content hashes.</summary>
    public string Images => File("images.csv");

    /// <summary>The training images with projected features, which explain predictions.</summary>
    public string Neighbours => File(Classification.NeighbourFile.FileName);

    /// <summary>The loss curve of the learning rate search.</summary>
    public string LearningRates => File("learning-rate.csv");

    /// <summary>The folder of the training checkpoint.</summary>
    public string Checkpoint => File("checkpoint");

    /// <summary>The checkpoint folder of the training without the calibration split, if a refit follows.</summary>
    public string CalibrationCheckpoint => File("calibration-checkpoint");

    /// <summary>The confidence settings from that training; written when it has finished.</summary>
    public string Calibration => File("calibration.json");

    /// <summary>The report as an HTML page.</summary>
    public string Page => File("report.html");

    /// <summary>The report as JSON, written last.</summary>
    public string Report => File("report.json");

    /// <summary>Opens an existing run folder.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="RunException">The folder does not exist.</exception>
    public static RunFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = System.IO.Path.GetFullPath(path);
        return Directory.Exists(full)
            ? new RunFolder(full)
            : throw new RunException(
                $"There is no run folder '{full}'. Name the folder that 'graft train' made, for example runs/train."
            );
    }

    /// <summary>
    /// Creates the folder and checks that it can be written to, so that a run does not fail at its end.
    /// </summary>
    /// <param name="path">The folder; an earlier run in it is replaced. Null for the first free default name.</param>
    /// <exception cref="IOException">
    /// The folder cannot be created or written to; the message states what to do.
    /// </exception>
    public static RunFolder Create(string? path)
    {
        if (path is not null)
        {
            var chosen = new RunFolder(System.IO.Path.GetFullPath(path));
            Prepare(chosen.Path);
            chosen.Clear();
            return chosen;
        }

        for (var number = 1; ; number++)
        {
            var name =
                number == 1 ? DefaultName : string.Create(CultureInfo.InvariantCulture, $"{DefaultName}{number}");
            var candidate = System.IO.Path.GetFullPath(System.IO.Path.Combine(DefaultParent, name));
            if (Directory.Exists(candidate) || System.IO.File.Exists(candidate))
                continue;
            Prepare(candidate);
            return new RunFolder(candidate);
        }
    }

    /// <summary>Deletes the files of an earlier run, so that they are not mistaken for those of a failed run.</summary>
    private void Clear()
    {
        // The arguments first: if this is interrupted, the rest must not look like a run that can be resumed.
        foreach (
            var file in (string[])
                [
                    Arguments,
                    Report,
                    Model,
                    History,
                    Metrics,
                    Predictions,
                    BadImages,
                    Leaks,
                    Images,
                    Neighbours,
                    Page,
                    LearningRates,
                    Calibration,
                ]
        )
            System.IO.File.Delete(file);
        foreach (var checkpoint in (string[])[Checkpoint, CalibrationCheckpoint])
        {
            if (Directory.Exists(checkpoint))
                Directory.Delete(checkpoint, recursive: true);
        }
    }

    private static void Prepare(string path)
    {
        var probe = System.IO.Path.Combine(path, ".graft-probe");
        try
        {
            Directory.CreateDirectory(path);
            System.IO.File.WriteAllText(probe, "");
            System.IO.File.Delete(probe);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The run folder '{path}' cannot be made or written to: {AtomicFile.Explain(probe, error)}",
                error
            );
        }
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
