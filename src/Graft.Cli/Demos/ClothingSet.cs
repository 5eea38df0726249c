using Graft.Classification;
using Graft.Cli.Progress;
using Graft.Data;
using Graft.Models.Downloads;
using Graft.Training.Runs;

namespace Graft.Cli.Demos;

/// <summary>
/// The photos of clothes that come with the program, in the folder <c>clothing</c> beside it: 300 training and 100 test
/// photos of ten classes. Nothing is downloaded.
/// </summary>
internal sealed class ClothingSet : DemoSet
{
    /// <summary>The name of the set and of its folder beside the program.</summary>
    public const string SetName = "clothing";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, SetName);

    /// <inheritdoc/>
    public override string Name => SetName;

    /// <inheritdoc/>
    public override TrainingRequest Request =>
        new()
        {
            Data = Folder,
            Backbone = new() { Name = "resnet18.mlnet" },
            ValidationFraction = 0,
        };

    /// <inheritdoc/>
    public override string ExamplesTitle => "The first test photo of each class and its predicted class:";

    /// <inheritdoc/>
    public override ImageDataset Load(
        GraftHome home,
        int threads,
        WorkProgress progress,
        CancellationToken cancellationToken
    ) =>
        Directory.Exists(Folder)
            ? FolderDataset.List(Folder).Hashed(new ImageHasher(threads), null, cancellationToken)
            : throw new DatasetException(
                $"Running the demo failed: its photos should be in the folder '{Folder}' beside the program, which is "
                    + "not there. Copy the whole folder of the published program, not only some of its files."
            );

    /// <inheritdoc/>
    public override IEnumerable<ImageSample> Shown(IReadOnlyList<ImageSample> test) =>
        test.DistinctBy(image => image.Label);

    /// <inheritdoc/>
    public override Prediction Predict(Classifier classifier, ImageSample image, byte[] thumbnail) =>
        classifier.Predict(image.Path);
}
