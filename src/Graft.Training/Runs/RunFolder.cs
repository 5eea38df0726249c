using System.Globalization;
using Graft.Weights;

namespace Graft.Training.Runs;

/// <summary>
/// The folder of a run: <c>runs/train</c>, <c>runs/train2</c>, ... with everything that the run leaves behind.
/// </summary>
public sealed class RunFolder
{
    private const string DefaultParent = "runs";

    private const string DefaultName = "train";

    private RunFolder(string path) => Path = path;

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>The classifier.</summary>
    public string Model => File("model.onnx");

    /// <summary>What was asked for.</summary>
    public string Arguments => File("arguments.json");

    /// <summary>Loss and accuracy by epoch.</summary>
    public string History => File("history.csv");

    /// <summary>The figures of every split.</summary>
    public string Metrics => File("metrics.json");

    /// <summary>What the classifier says of every image.</summary>
    public string Predictions => File("predictions.csv");

    /// <summary>The images that were left out.</summary>
    public string BadImages => File("bad-images.csv");

    /// <summary>
    /// Validation and test images whose picture is among the training images; only where there are any.
    /// </summary>
    public string Leaks => File("leaks.csv");

    /// <summary>The images of each split, with what identifies their content.</summary>
    public string Images => File("images.csv");

    /// <summary>The training photos with what explains predictions by them.</summary>
    public string Neighbours => File(Classification.NeighbourFile.FileName);

    /// <summary>How the loss went while a learning rate was looked for.</summary>
    public string LearningRates => File("learning-rate.csv");

    /// <summary>The folder of what training needs to go on.</summary>
    public string Checkpoint => File("checkpoint");

    /// <summary>The same of the training without the images that are kept aside, where another follows.</summary>
    public string CalibrationCheckpoint => File("calibration-checkpoint");

    /// <summary>What that training said of the images that were kept aside; there once it has ended.</summary>
    public string Calibration => File("calibration.json");

    /// <summary>The results as a page for people.</summary>
    public string Page => File("report.html");

    /// <summary>The results, written last.</summary>
    public string Report => File("report.json");

    /// <summary>Names a folder that is there already.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="RunException">It is not there.</exception>
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
    /// Makes the folder and makes sure that it can be written to, before hours are spent on what goes there.
    /// </summary>
    /// <param name="path">
    /// The folder, made if need be; a run that is in it is replaced. The first free default name when null.
    /// </param>
    /// <exception cref="IOException">It cannot be made or written to; the message says what to do.</exception>
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

    /// <summary>Removes what an earlier run left, so that a run that fails is not taken for that one.</summary>
    private void Clear()
    {
        // The arguments first: what is left when this is interrupted must not look like a run that can be resumed.
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
