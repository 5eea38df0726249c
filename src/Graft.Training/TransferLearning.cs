using System.Diagnostics;
using Graft.Data;
using Graft.Data.Hashing;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>
/// The whole way from a folder of photos to a classifier: scan, features, training, evaluation, files. Writes nothing
/// but the run folder, the feature store and fetched weights.
/// </summary>
/// <param name="home">Where weights and features are kept.</param>
/// <param name="workers">The threads to run on; their number has no influence on the results.</param>
public sealed class TransferLearning(GraftHome home, WorkerPool workers)
{
    /// <summary>Trains a classifier on a folder of images.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the run, which can then be resumed; computed features are kept.</param>
    /// <exception cref="DatasetException">The folder is no dataset, or a class has no readable image.</exception>
    /// <exception cref="IOException">
    /// Weights cannot be fetched or are damaged, or the run folder cannot be written.
    /// </exception>
    /// <exception cref="Imaging.ImageException">
    /// An image is bad and <see cref="TrainingRequest.FailOnBadImage"/> is set.
    /// </exception>
    /// <exception cref="FeatureStoreException">The feature store cannot be used.</exception>
    /// <exception cref="ArgumentException">The parts of the request do not fit together.</exception>
    /// <exception cref="RunInterruptedException">It was cancelled.</exception>
    public TrainingReport Train(
        TrainingRequest request,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var clock = Stopwatch.StartNew();
        progress?.Report(new(RunPhase.Scan));
        // Listed before the run folder is made: a folder that is no dataset must not cost the run at the output.
        var listed = FolderDataset.List(request.Data);
        request = request with { Data = Path.GetFullPath(request.Data) };
        return Begin(
            request,
            () => Divide(listed, request, progress, cancellationToken),
            clock,
            progress,
            cancellationToken
        );
    }

    /// <summary>Trains a classifier on images that need not be files.</summary>
    /// <param name="request">What to do; <see cref="TrainingRequest.Data"/> is for the record only.</param>
    /// <param name="images">The images.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the run, which can then be resumed; computed features are kept.</param>
    /// <inheritdoc cref="Train(TrainingRequest, IProgress{RunProgress}?, CancellationToken)" path="/exception"/>
    public TrainingReport Train(
        TrainingRequest request,
        ImageDataset images,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(images);
        return Begin(request, () => images, Stopwatch.StartNew(), progress, cancellationToken);
    }

    /// <summary>
    /// Goes on with a run that was interrupted or killed, and ends where it would have ended: with the same model, byte
    /// for byte. One that was killed before its first checkpoint starts again from its arguments; of one that is
    /// finished nothing changes.
    /// </summary>
    /// <param name="run">The run folder.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the run, which can then be resumed again.</param>
    /// <exception cref="RunException">
    /// The folder is no run, its images have changed, or another version of Graft began it.
    /// </exception>
    /// <inheritdoc cref="Train(TrainingRequest, IProgress{RunProgress}?, CancellationToken)" path="/exception"/>
    public TrainingReport Resume(
        string run,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var clock = Stopwatch.StartNew();
        var folder = RunFolder.Open(run);
        if (RunFiles.ReadReport(folder) is { } report)
            return report;
        var request = RunArguments.Read(folder);
        return Run(
            folder,
            request,
            () =>
            {
                progress?.Report(new(RunPhase.Scan));
                return Divide(FolderDataset.List(request.Data), request, progress, cancellationToken);
            },
            clock,
            progress,
            cancellationToken
        );
    }

    /// <summary>Measures a classifier on labelled images.</summary>
    /// <param name="request">What to measure.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the work; computed features are kept.</param>
    /// <exception cref="DatasetException">
    /// The folder does not fit the model's classes, or no image can be read.
    /// </exception>
    /// <exception cref="IOException">The model cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public EvaluationReport Evaluate(
        EvaluationRequest request,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        return ModelEvaluation.Run(home, workers, request, progress, cancellationToken);
    }

    /// <summary>Compares two classifiers on the same labelled images.</summary>
    /// <param name="request">Which, and on what.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the work; computed features are kept.</param>
    /// <exception cref="DatasetException">
    /// The folder does not fit the classes of a model, or no image can be read.
    /// </exception>
    /// <exception cref="IOException">A model cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ComparisonReport Compare(
        ComparisonRequest request,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        return ModelComparison.Run(home, workers, request, progress, cancellationToken);
    }

    private TrainingReport Begin(
        TrainingRequest request,
        Func<ImageDataset> load,
        Stopwatch clock,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var resolved = MethodDefaults.Fill(request);
        resolved = resolved with
        {
            Backbone = resolved.Backbone.WithFullPaths(new BackboneLoader(new ModelStore(home)).IsKnown),
        };
        var folder = RunFolder.Create(request.Output);
        RunArguments.Write(folder, resolved);
        return Run(folder, resolved, load, clock, progress, cancellationToken);
    }

    private TrainingReport Run(
        RunFolder folder,
        TrainingRequest request,
        Func<ImageDataset> load,
        Stopwatch clock,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var images = load();
            RunImages.WriteOrCheck(folder, images, request.Limits);
            return new TrainingRun(
                home,
                workers,
                folder,
                request,
                images,
                clock,
                progress,
                cancellationToken
            ).Execute();
        }
        catch (OperationCanceledException cause) when (cancellationToken.IsCancellationRequested)
        {
            throw new RunInterruptedException(folder.Path, cause);
        }
    }

    private ImageDataset Divide(
        ImageDataset listed,
        TrainingRequest request,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        listed.HashedAndDivided(
            new SplitOptions { Seed = request.Seed, ValidationFraction = request.ValidationFraction },
            new FileHasher(workers.ThreadCount),
            progress.ForHashing(),
            cancellationToken
        );
}
