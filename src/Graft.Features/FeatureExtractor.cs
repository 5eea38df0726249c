using System.Diagnostics;
using Graft.Data;
using Graft.Data.Hashing;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Layers.Inference;
using Graft.Tensors;

namespace Graft.Features;

/// <summary>
/// Runs pictures through a backbone, each content only once in its life: what the store knows is read, what it does not
/// know is decoded on several threads while the network computes the batch before, and stored batch by batch. A process
/// killed at any moment loses the batch in flight.
/// </summary>
/// <remarks>At most two batches of pixels are in memory. Not thread-safe.</remarks>
public sealed class FeatureExtractor
{
    private readonly Backbone _backbone;
    private readonly WorkerPool _workers;
    private readonly FeatureExtractorOptions _options;
    private readonly ViewLoader _loader;
    private readonly FeatureTable _table;
    private readonly BadImageTable _verdicts;
    private double _decodeSeconds;
    private double _networkSeconds;

    /// <summary>Makes an extractor.</summary>
    /// <param name="backbone">The trunk; must outlive the extractor.</param>
    /// <param name="store">Where features are kept; must outlive the extractor and its results.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="options">How; the defaults when null.</param>
    public FeatureExtractor(
        Backbone backbone,
        FeatureStore store,
        WorkerPool workers,
        FeatureExtractorOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(workers);
        _backbone = backbone;
        _workers = workers;
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchSize, 1, nameof(options));
        _loader = new ViewLoader(
            backbone.Preprocessing,
            _options.Limits,
            _options.View,
            measures: _options.Facts is not null
        );
        _table = store.Space(
            new FeatureSpace
            {
                Decoder = ImageDecoder.Version,
                Preprocessing = _options.View.IsPlain
                    ? backbone.Preprocessing.ToString()
                    : $"{backbone.Preprocessing}, {_options.View.Description}",
                Weights = backbone.Digest,
                Node = backbone.Node,
                // Not from the plan: where every feature is known, none is compiled.
                Numerics = backbone.PlanOptions.Numerics,
                Shape = backbone.FeatureShape,
                Precision = _options.Precision,
            }
        );
        _verdicts = store.Verdicts($"{ImageDecoder.Version}, {_options.Limits}");
    }

    /// <summary>Gives the features of pictures.</summary>
    /// <param name="images">The pictures; equal contents are computed once.</param>
    /// <param name="progress">Hears how far it is; may be called from several threads, one call at a time.</param>
    /// <param name="cancellationToken">Stops the work after the batch in flight, which is kept.</param>
    /// <returns>The features of the good pictures, in order; owned by the caller.</returns>
    /// <exception cref="ImageException">
    /// A picture is bad and <see cref="FeatureExtractorOptions.FailOnBadImage"/> is set.
    /// </exception>
    /// <exception cref="FeatureStoreException">The store cannot be read or written.</exception>
    /// <exception cref="ArithmeticException">
    /// A feature is not finite, or too large for 16 bits where those are asked for.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public FeatureSet Extract(
        IReadOnlyList<ImageContent> images,
        IProgress<FeatureProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        var clock = Stopwatch.StartNew();
        var pictures = images.Select(image => new PictureState(image) { Hash = image.KnownHash }).ToArray();
        Hash(pictures, progress, cancellationToken);
        FailOnBad(pictures);
        using var collected = new FeatureCollector(_table, pictures, _options.MaximumBytesInMemory);
        var unknown = LookUp(pictures, collected);
        FailOnBad(pictures);
        var computed = 0;
        (_decodeSeconds, _networkSeconds) = (0, 0);
        while (unknown.Count > 0)
        {
            computed += Compute(unknown, collected, pictures.Length - unknown.Count, progress, cancellationToken);
            unknown = ApplyToCopies(pictures, unknown);
        }

        var good = Enumerable.Range(0, pictures.Length).Where(i => pictures[i].Reason is null).ToArray();
        return collected.ToSet(
            new FeatureExtraction
            {
                Good = good,
                Bad =
                [
                    .. pictures
                        .Where(picture => picture.Reason is not null)
                        .Select(picture => new BadImage(picture.Content.Name, picture.Reason!)),
                ],
                Computed = computed,
                Reused = good.Length - computed,
                Duration = clock.Elapsed,
                DecodeSeconds = _decodeSeconds,
                NetworkSeconds = _networkSeconds,
                RoundingError = _options.Precision == FeaturePrecision.Float16 ? _table.RoundingError : 0,
            }
        );
    }

    /// <summary>The shape of one picture's features.</summary>
    public Shape FeatureShape => _backbone.FeatureShape;

    /// <summary>How many pictures <see cref="Extract"/> would compute; equal contents count once.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="FeatureStoreException">The store cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public int CountUnknown(IReadOnlyList<ImageContent> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var pictures = images.Select(image => new PictureState(image) { Hash = image.KnownHash }).ToArray();
        Hash(pictures, null, cancellationToken);
        // Nothing is read, only looked for.
        using var collected = new FeatureCollector(_table, pictures, 0);
        return LookUp(pictures, collected).Count;
    }

    private void Hash(
        PictureState[] pictures,
        IProgress<FeatureProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var reporting = new Lock();
        var done = 0;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = _workers.ThreadCount,
            CancellationToken = cancellationToken,
        };
        Parallel.ForEach(pictures, options, picture =>
        {
            if (picture.Hash is null)
            {
                try
                {
                    picture.Hash = ContentHash.Compute(picture.Content.Read(_options.Limits));
                }
                catch (ImageException error)
                {
                    picture.Reason = error.Reason;
                }
            }

            lock (reporting)
                progress?.Report(new(FeaturePhase.Scan, ++done, pictures.Length, 0, 0));
        });
    }

    /// <summary>One picture of each content that the store knows nothing of.</summary>
    private List<PictureState> LookUp(PictureState[] pictures, FeatureCollector collected)
    {
        var verdicts = new Dictionary<ContentHash, string?>();
        var unknown = new List<PictureState>();
        for (var i = 0; i < pictures.Length; i++)
        {
            var picture = pictures[i];
            if (picture.Hash is not { } hash || picture.Reason is not null || collected.IsKnown(i))
                continue;
            if (verdicts.TryGetValue(hash, out var verdict))
            {
                picture.Reason = verdict;
                continue;
            }

            picture.Reason = _verdicts.TryRead(hash);
            verdicts.Add(hash, picture.Reason);
            if (picture.Reason is null)
                unknown.Add(picture);
        }

        return unknown;
    }

    /// <summary>Computes what is unknown and gives the number of pictures that it could.</summary>
    private int Compute(
        List<PictureState> unknown,
        FeatureCollector collected,
        int reused,
        IProgress<FeatureProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var runner = _backbone.Plan.CreateRunner(Math.Min(_options.BatchSize, unknown.Count), _workers);
        var batches = unknown.Chunk(_options.BatchSize).ToArray();
        var (done, computed) = (0, 0);
        var next = DecodeAsync(batches[0], cancellationToken);
        for (var i = 0; i < batches.Length; i++)
        {
            using var batch = next.GetAwaiter().GetResult();
            next =
                i + 1 < batches.Length
                    ? DecodeAsync(batches[i + 1], cancellationToken)
                    : Task.FromResult<DecodedBatch>(null!);
            try
            {
                Keep(batch, runner, collected);
                computed += batch.Good.Count;
                done += batch.Pictures.Count;
                progress?.Report(new(FeaturePhase.Compute, done, unknown.Count, reused, done - computed));
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch
            {
                PendingWork.Abandon(next);
                throw;
            }
        }

        return computed;
    }

    private Task<DecodedBatch> DecodeAsync(PictureState[] pictures, CancellationToken cancellationToken) =>
        Task.Run(
            () => DecodedBatch.Decode(pictures, _loader, _workers.ThreadCount, cancellationToken),
            CancellationToken.None
        );

    private void Keep(DecodedBatch batch, PlanRunner runner, FeatureCollector collected)
    {
        if (batch.Pixels is { } pixels)
        {
            var start = Stopwatch.GetTimestamp();
            using var features = runner.Run(pixels);
            _networkSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            for (var i = 0; i < batch.Good.Count; i++)
                RequireFinite(features.Rows(i), batch.Good[i]);
            collected.Add([.. batch.Good.Select(picture => picture.Hash!.Value)], features);
        }

        if (_options.Facts is { } facts)
            collected.AddFacts(
                facts,
                [
                    .. batch
                        .Good.Where(picture => picture.Facts is not null)
                        .Select(picture => (picture.Hash!.Value, picture.Facts!)),
                ]
            );
        _decodeSeconds += batch.DecodeSeconds;
        var bad = batch.Pictures.Where(picture => picture.Reason is not null).ToArray();
        collected.AddVerdicts(
            _verdicts,
            [
                .. bad.Where(picture => picture.ReasonIsInContent)
                    .Select(picture => (picture.Hash!.Value, picture.Reason!)),
            ]
        );
        FailOnBad(bad);
    }

    private void RequireFinite(ReadOnlySpan<float> features, PictureState picture)
    {
        foreach (var value in features)
        {
            if (_options.Precision == FeaturePrecision.Float16 && float.IsFinite(value) && !Half.IsFinite((Half)value))
                throw new ArithmeticException(
                    $"A feature of '{picture.Content.Name}' is {value}, more than a 16-bit float can hold (65,504). "
                        + $"Keep features with 32 bits."
                );
            if (!float.IsFinite(value))
                throw new ArithmeticException(
                    $"Computing the features of '{picture.Content.Name}' with {_backbone.Name} gave {value} at node "
                        + $"'{_backbone.Node}'; finite numbers were expected. The weights may be damaged: fetch "
                        + "them again."
                );
        }
    }

    /// <summary>
    /// What was found out about bytes holds for their copies too. Where a file could not be read any more, nothing was
    /// found out about the bytes, and the next copy is given to be computed.
    /// </summary>
    private static List<PictureState> ApplyToCopies(PictureState[] pictures, List<PictureState> tried)
    {
        var bad = tried.Where(picture => picture.Reason is not null).ToDictionary(picture => picture.Hash!.Value);
        var next = new List<PictureState>();
        if (bad.Count == 0)
            return next;
        foreach (var picture in pictures)
        {
            if (picture is not { Reason: null, Hash: { } hash } || !bad.TryGetValue(hash, out var found))
                continue;
            if (found.ReasonIsInContent)
            {
                picture.Reason = found.Reason;
                continue;
            }

            next.Add(picture);
            bad.Remove(hash);
        }

        return next;
    }

    private void FailOnBad(IEnumerable<PictureState> pictures)
    {
        if (!_options.FailOnBadImage || pictures.FirstOrDefault(picture => picture.Reason is not null) is not { } bad)
            return;
        throw new ImageException(
            "use",
            bad.Content.Name,
            bad.Reason!,
            "a whole picture",
            bad.Reason!,
            "Replace or remove the file, or let bad images be left out and listed (without --on-bad-image fail)."
        );
    }
}
