using System.Diagnostics;
using Graft.Data;
using Graft.Engines;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training;

/// <summary>
/// Trains, evaluates and compares image classifiers: scan, features, training, evaluation, files. Writes only the run
/// folder, the feature store and downloaded weights.
/// </summary>
/// <param name="home">Where weights and features are stored.</param>
/// <param name="workers">
/// The threads to run on; with Graft's own engine, their number does not affect the results.
/// </param>
/// <param name="engines">The engines that runs may be resumed with; only Graft's own when null.</param>
public sealed class TransferLearning(GraftHome home, WorkerPool workers, EngineSet? engines = null)
{
    /// <summary>Trains a classifier on a folder of images.</summary>
    /// <param name="request">What to train, on what, and how.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the run, which can be resumed later.</param>
    /// <exception cref="DatasetException">The folder is not a dataset, or a class has no readable image.</exception>
    /// <exception cref="IOException">
    /// Weights cannot be downloaded or are damaged, or the run folder cannot be written.
    /// </exception>
    /// <exception cref="Imaging.ImageException">
    /// An image is bad and <see cref="TrainingRequest.FailOnBadImage"/> is set.
    /// </exception>
    /// <exception cref="FeatureStoreException">The feature store cannot be used.</exception>
    /// <exception cref="ArgumentException">Settings of the request contradict each other.</exception>
    /// <exception cref="RunInterruptedException">The run was cancelled.</exception>
    public TrainingReport Train(
        TrainingRequest request,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var clock = Stopwatch.StartNew();
        progress?.Report(new(RunPhase.Scan));
        // Listed before the run folder is made, so that a wrong data folder does not erase the run at the output.
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
    /// <param name="request">What to train and how; <see cref="TrainingRequest.Data"/> is only recorded.</param>
    /// <param name="images">The images.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the run, which can be resumed later.</param>
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
    /// Resumes a run that was interrupted or killed. The result is the same model, byte for byte, as without the
    /// interruption. A run without a checkpoint starts again from its arguments. A finished run is not changed; its
    /// report is returned.
    /// </summary>
    /// <param name="run">The run folder.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the run, which can be resumed later.</param>
    /// <exception cref="RunException">
    /// The folder is not a run, its images have changed, or another version of Graft started the run.
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
        var request = RunArguments.Read(folder, engines ?? EngineSet.Own);
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
    /// <param name="request">The classifier and the images.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the work; computed features stay in the store.</param>
    /// <exception cref="DatasetException">
    /// The folder's classes do not match the model's, or no image can be read.
    /// </exception>
    /// <exception cref="IOException">The model cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
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
    /// <param name="request">The classifiers and the images.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the work; computed features stay in the store.</param>
    /// <exception cref="DatasetException">
    /// The folder's classes do not match those of a model, or no image can be read.
    /// </exception>
    /// <exception cref="IOException">A model cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
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
            new ImageHasher(workers.ThreadCount),
            progress.ForHashing(),
            cancellationToken
        );
}
