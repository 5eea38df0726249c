using Graft.Classification;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Data;
using Graft.Models.Downloads;
using Graft.Training.Runs;

namespace Graft.Cli.Demos;

/// <summary>A set of images that <c>graft demo</c> can train on, and how.</summary>
internal abstract class DemoSet
{
    /// <summary>The set's name, as <c>--set</c> takes it.</summary>
    public abstract string Name { get; }

    /// <summary>The data and the backbone.</summary>
    public abstract TrainingRequest Request { get; }

    /// <summary>A second training, through the frozen backbone in every epoch; null if there is none.</summary>
    public virtual FrozenTraining? Frozen => null;

    /// <summary>Published results to compare with; null if there are none.</summary>
    public virtual TutorialFigures? Tutorial => null;

    /// <summary>A heading for the examples.</summary>
    public abstract string ExamplesTitle { get; }

    /// <summary>Lists or fetches the images. There is no validation split: no figure decides anything.</summary>
    /// <param name="home">Where fetched images are stored.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="IOException">The images are missing or cannot be fetched.</exception>
    public abstract ImageDataset Load(
        GraftHome home,
        int threads,
        WorkProgress progress,
        CancellationToken cancellationToken
    );

    /// <summary>The test images to show. They are chosen by their order, never by their results.</summary>
    /// <param name="test">The test split.</param>
    public abstract IEnumerable<ImageSample> Shown(IReadOnlyList<ImageSample> test);

    /// <summary>Predicts a test image.</summary>
    /// <param name="classifier">The trained classifier.</param>
    /// <param name="image">The image.</param>
    /// <param name="thumbnail">
    /// The image at <see cref="DemoExample.Side"/> pixels: 8-bit RGB, row by row from the top.
    /// </param>
    public abstract Prediction Predict(Classifier classifier, ImageSample image, byte[] thumbnail);
}

/// <summary>A training through the frozen backbone.</summary>
/// <param name="Epochs">The number of epochs: enough to show its cost and its accuracy.</param>
/// <param name="LearningRate">The learning rate.</param>
internal sealed record FrozenTraining(int Epochs, double LearningRate);
