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
/// Computes the features of images, once for each content. Features in the store are read. The others are computed:
/// several threads decode a batch while the network computes the previous one. Each batch is stored when it is done, so
/// a process that is killed at any moment loses only the batch in flight.
/// </summary>
/// <remarks>At most two batches of pixels are in memory. Not thread-safe.</remarks>
public sealed class FeatureExtractor
{
    private readonly Backbone _backbone;
    private readonly WorkerPool _workers;
    private readonly FeatureExtractorOptions _options;
    private readonly ViewLoader _loader;
    private readonly FeatureTable _table;
    private readonly BadImageTable _badImages;
    private double _decodeSeconds;
    private double _networkSeconds;

    /// <summary>Makes an extractor.</summary>
    /// <param name="backbone">The trunk; must outlive the extractor.</param>
    /// <param name="store">The store of features; must outlive the extractor and its results.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="options">The options; the defaults when null.</param>
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
                // Not taken from the plan: if every feature is known, no plan is compiled.
                Numerics = backbone.Engine.Numerics,
                Shape = backbone.FeatureShape,
                Precision = _options.Precision,
            }
        );
        _badImages = store.Verdicts($"{ImageDecoder.Version}, {_options.Limits}");
    }

    /// <summary>Returns the features of images.</summary>
    /// <param name="images">The images; equal contents are computed once.</param>
    /// <param name="progress">Receives progress reports, possibly from several threads, one at a time.</param>
    /// <param name="cancellationToken">Cancels the work after the batch in flight, which is kept.</param>
    /// <returns>The features of the good images, in order; owned by the caller.</returns>
    /// <exception cref="ImageException">
    /// An image is bad and <see cref="FeatureExtractorOptions.FailOnBadImage"/> is set.
    /// </exception>
    /// <exception cref="FeatureStoreException">The store cannot be read or written.</exception>
    /// <exception cref="ArithmeticException">
    /// A feature is not finite, or it is too large for float16 where that precision is set.
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public FeatureSet Extract(
        IReadOnlyList<ImageSample> images,
        IProgress<FeatureProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        var clock = Stopwatch.StartNew();
        ImageSample[] samples = [.. images];
        var rejections = new Rejection?[samples.Length];
        Hash(samples, rejections, progress, cancellationToken);
        FailOnBad(samples, rejections);
        using var collected = new FeatureCollector(
            _table,
            [.. samples.Select(sample => sample.Hash)],
            _options.MaximumBytesInMemory
        );
        var unknown = LookUp(samples, rejections, collected);
        FailOnBad(samples, rejections);
        var computed = 0;
        (_decodeSeconds, _networkSeconds) = (0, 0);
        while (unknown.Count > 0)
        {
            computed += Compute(samples, rejections, unknown, collected, progress, cancellationToken);
            unknown = ApplyToCopies(samples, rejections, unknown);
        }

        var good = Enumerable.Range(0, samples.Length).Where(i => rejections[i] is null).ToArray();
        return collected.ToSet(
            new FeatureExtraction
            {
                Good = good,
                Bad =
                [
                    .. samples
                        .Zip(rejections, BadImage? (sample, rejection) =>
                            rejection is null ? null : new BadImage(sample.Path, rejection.Reason)
                        )
                        .OfType<BadImage>(),
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

    /// <summary>The shape of the features of one image.</summary>
    public Shape FeatureShape => _backbone.FeatureShape;

    /// <summary>How many images <see cref="Extract"/> would compute; equal contents count once.</summary>
    /// <param name="images">The images.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="FeatureStoreException">The store cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public int CountUnknown(IReadOnlyList<ImageSample> images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ImageSample[] samples = [.. images];
        var rejections = new Rejection?[samples.Length];
        Hash(samples, rejections, null, cancellationToken);
        // With no memory for features, the collector only looks them up.
        using var collected = new FeatureCollector(_table, [.. samples.Select(sample => sample.Hash)], 0);
        return LookUp(samples, rejections, collected).Count;
    }

    /// <summary>Hashes the contents whose hash is not known yet, and rejects those that cannot be read.</summary>
    private void Hash(
        ImageSample[] samples,
        Rejection?[] rejections,
        IProgress<FeatureProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var hashed = new ImageHasher(_workers.ThreadCount).HashAll(
            samples,
            progress is null ? null : new HashingProgress(progress),
            cancellationToken
        );
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = hashed[i];
            if (samples[i].Hash is not null)
                continue;
            try
            {
                samples[i] = samples[i] with { Hash = ContentHash.Compute(samples[i].Read(_options.Limits)) };
            }
            catch (ImageException error)
            {
                rejections[i] = new(error.Reason, IsInContent: false);
            }
        }
    }

    /// <summary>Finds one image for each content that the store does not know.</summary>
    private List<int> LookUp(ImageSample[] samples, Rejection?[] rejections, FeatureCollector collected)
    {
        var verdicts = new Dictionary<ContentHash, Rejection?>();
        var unknown = new List<int>();
        for (var i = 0; i < samples.Length; i++)
        {
            if (samples[i].Hash is not { } hash || rejections[i] is not null || collected.IsKnown(i))
                continue;
            if (verdicts.TryGetValue(hash, out var verdict))
            {
                rejections[i] = verdict;
                continue;
            }

            rejections[i] = _badImages.TryRead(hash) is { } reason ? new(reason, IsInContent: true) : null;
            verdicts.Add(hash, rejections[i]);
            if (rejections[i] is null)
                unknown.Add(i);
        }

        return unknown;
    }

    /// <summary>Computes the features of unknown images.</summary>
    /// <returns>How many could be computed.</returns>
    private int Compute(
        ImageSample[] samples,
        Rejection?[] rejections,
        List<int> unknown,
        FeatureCollector collected,
        IProgress<FeatureProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var reused = samples.Length - unknown.Count;
        using var runner = _backbone.Compiled.CreateRunner(Math.Min(_options.BatchSize, unknown.Count), _workers);
        var batches = unknown.Chunk(_options.BatchSize).ToArray();
        var (done, computed) = (0, 0);
        var next = DecodeAsync(Members(batches[0]), cancellationToken);
        for (var i = 0; i < batches.Length; i++)
        {
            using var batch = next.GetAwaiter().GetResult();
            next =
                i + 1 < batches.Length
                    ? DecodeAsync(Members(batches[i + 1]), cancellationToken)
                    : Task.FromResult<DecodedBatch>(null!);
            try
            {
                for (var k = 0; k < batches[i].Length; k++)
                    rejections[batches[i][k]] = batch.Rejections[k];
                Keep(batch, runner, collected);
                FailOnBad(batch.Samples, batch.Rejections);
                computed += batch.Good.Count;
                done += batch.Samples.Count;
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

        ImageSample[] Members(int[] batch) => Array.ConvertAll(batch, i => samples[i]);
    }

    private Task<DecodedBatch> DecodeAsync(ImageSample[] samples, CancellationToken cancellationToken) =>
        Task.Run(
            () => DecodedBatch.Decode(samples, _loader, _workers.ThreadCount, cancellationToken),
            CancellationToken.None
        );

    /// <summary>Computes the features of a batch, and stores them with the facts and the bad images.</summary>
    private void Keep(DecodedBatch batch, INetworkRunner runner, FeatureCollector collected)
    {
        if (batch.Pixels is { } pixels)
        {
            var start = Stopwatch.GetTimestamp();
            using var features = runner.Run(pixels);
            _networkSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            for (var i = 0; i < batch.Good.Count; i++)
                RequireFinite(features.Rows(i), batch.Samples[batch.Good[i]]);
            collected.Add([.. batch.Good.Select(i => batch.Samples[i].Hash!.Value)], features);
        }

        if (_options.Facts is { } facts)
        {
            collected.AddFacts(
                facts,
                [
                    .. batch
                        .Good.Where(i => batch.Facts[i] is not null)
                        .Select(i => (batch.Samples[i].Hash!.Value, batch.Facts[i]!)),
                ]
            );
        }

        _decodeSeconds += batch.DecodeSeconds;
        collected.AddBadImages(
            _badImages,
            [
                .. batch
                    .Samples.Zip(batch.Rejections)
                    .Where(pair => pair.Second is { IsInContent: true })
                    .Select(pair => (pair.First.Hash!.Value, pair.Second!.Reason)),
            ]
        );
    }

    private void RequireFinite(ReadOnlySpan<float> features, ImageSample image)
    {
        foreach (var value in features)
        {
            if (_options.Precision == FeaturePrecision.Float16 && float.IsFinite(value) && !Half.IsFinite((Half)value))
                throw new ArithmeticException(
                    $"A feature of '{image.Path}' is {value}, more than float16 can hold (65,504). "
                        + $"Keep features as float32."
                );
            if (!float.IsFinite(value))
                throw new ArithmeticException(
                    $"Computing the features of '{image.Path}' with {_backbone.Name} gave {value} at node "
                        + $"'{_backbone.Node}'; finite numbers were expected. The weights may be damaged: fetch "
                        + "them again."
                );
        }
    }

    /// <summary>
    /// Applies the verdict on a content to its copies. If a file could no longer be read, that says nothing about its
    /// content, so the next copy is computed.
    /// </summary>
    /// <returns>The images to compute next.</returns>
    private static List<int> ApplyToCopies(ImageSample[] samples, Rejection?[] rejections, List<int> tried)
    {
        var bad = tried
            .Where(i => rejections[i] is not null)
            .ToDictionary(i => samples[i].Hash!.Value, i => rejections[i]!);
        var next = new List<int>();
        if (bad.Count == 0)
            return next;
        for (var i = 0; i < samples.Length; i++)
        {
            if (rejections[i] is not null || samples[i].Hash is not { } hash || !bad.TryGetValue(hash, out var found))
                continue;
            if (found.IsInContent)
            {
                rejections[i] = found;
                continue;
            }

            next.Add(i);
            bad.Remove(hash);
        }

        return next;
    }

    private void FailOnBad(IReadOnlyList<ImageSample> samples, IReadOnlyList<Rejection?> rejections)
    {
        if (!_options.FailOnBadImage)
            return;
        for (var i = 0; i < samples.Count; i++)
        {
            if (rejections[i] is not { } rejection)
                continue;
            throw new ImageException(
                "use",
                samples[i].Path,
                rejection.Reason,
                "an intact image",
                rejection.Reason,
                "Replace or remove the file, or run without --on-bad-image fail to leave out bad images and list them."
            );
        }
    }

    private sealed class HashingProgress(IProgress<FeatureProgress> progress) : IProgress<HashProgress>
    {
        public void Report(HashProgress value) =>
            progress.Report(new(FeaturePhase.Scan, value.Done, value.Total, Reused: 0, Bad: 0));
    }
}
