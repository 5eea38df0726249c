using Graft.Data;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Tensors;

namespace Graft.Features;

/// <summary>
/// The features of several views of the same images: augmentation at the speed of cached features. The caller disposes
/// the set before the store. Thread-safe for reading.
/// </summary>
public sealed class FeatureViewSet : IDisposable
{
    private readonly FeatureSet[] _views;

    /// <summary>For each view, the index of each good image in the view's set.</summary>
    private readonly int[][] _places;

    private FeatureViewSet(FeatureSet[] views)
    {
        _views = views;
        var good = views.Select(view => view.Extraction.Good).Aggregate((left, right) => [.. left.Intersect(right)]);
        Good = good;
        _places = [.. views.Select(view => PlacesOf(good, view.Extraction.Good))];
        Bad = [.. views.SelectMany(view => view.Extraction.Bad).DistinctBy(image => image.Path)];
    }

    /// <summary>The number of views.</summary>
    public int ViewCount => _views.Length;

    /// <summary>The indices of the images that have every view, ascending.</summary>
    public IReadOnlyList<int> Good { get; }

    /// <summary>The images that were left out, and why.</summary>
    public IReadOnlyList<BadImage> Bad { get; }

    /// <summary>The shape of the features of one image, without the batch.</summary>
    public Shape Shape => _views[0].Shape;

    /// <summary>The number of features that were computed, over all views.</summary>
    public int Computed => _views.Sum(view => view.Extraction.Computed);

    /// <summary>The number of features that came from the store, over all views.</summary>
    public int Reused => _views.Sum(view => view.Extraction.Reused);

    /// <summary>Why computed features could not be stored; null if they were.</summary>
    public string? StoreProblem =>
        _views.Select(view => view.Extraction.StoreProblem).FirstOrDefault(problem => problem is not null);

    /// <summary>Extracts the features of several views. Features in the store are read.</summary>
    /// <param name="backbone">The trunk; must outlive the call.</param>
    /// <param name="store">The store of features; must outlive the result.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="options">The options; their view is replaced.</param>
    /// <param name="views">The views, one or more: <see cref="FeatureView.Several"/>.</param>
    /// <param name="images">The images.</param>
    /// <param name="progress">Receives the progress of each view in turn.</param>
    /// <param name="cancellationToken">Cancels the work after the batch in flight, which is kept.</param>
    /// <inheritdoc cref="FeatureExtractor.Extract" path="/exception"/>
    public static FeatureViewSet Extract(
        Backbone backbone,
        FeatureStore store,
        WorkerPool workers,
        FeatureExtractorOptions options,
        IReadOnlyList<FeatureView> views,
        IReadOnlyList<ImageSample> images,
        IProgress<FeatureProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(views);
        ArgumentOutOfRangeException.ThrowIfZero(views.Count, nameof(views));
        var sets = new List<FeatureSet>(views.Count);
        try
        {
            foreach (var view in views)
                sets.Add(
                    new FeatureExtractor(backbone, store, workers, options with { View = view }).Extract(
                        images,
                        progress,
                        cancellationToken
                    )
                );
            return new([.. sets]);
        }
        catch
        {
            foreach (var set in sets)
                set.Dispose();
            throw;
        }
    }

    /// <summary>Reads the features of some images in one view.</summary>
    /// <param name="view">Which view, from 0.</param>
    /// <param name="indices">Which of the <see cref="Good"/> images, from 0.</param>
    /// <returns><c>[indices, ...]</c>, owned by the caller.</returns>
    /// <exception cref="FeatureStoreException">A feature is no longer in the store.</exception>
    public Tensor Read(int view, ReadOnlySpan<int> indices)
    {
        var places = new int[indices.Length];
        for (var i = 0; i < indices.Length; i++)
            places[i] = _places[view][indices[i]];
        return _views[view].Read(places);
    }

    /// <summary>One view with the class of each image.</summary>
    /// <param name="view">Which view, from 0.</param>
    /// <param name="labels">The class of each of the <see cref="Good"/> images.</param>
    public LabelledFeatures Labelled(int view, IReadOnlyList<int> labels) => new(_views[view], _places[view], labels);

    /// <summary>Frees the features in memory.</summary>
    public void Dispose()
    {
        foreach (var view in _views)
            view.Dispose();
    }

    private static int[] PlacesOf(IReadOnlyList<int> wanted, IReadOnlyList<int> good)
    {
        var places = new Dictionary<int, int>(good.Count);
        for (var place = 0; place < good.Count; place++)
            places.Add(good[place], place);
        return [.. wanted.Select(image => places[image])];
    }
}
