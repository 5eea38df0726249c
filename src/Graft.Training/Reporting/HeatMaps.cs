using Graft.Data;
using Graft.Engines;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Layers.Autograd;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Learning.Heads;
using Graft.Tensors;
using Graft.Training.Runs;

namespace Graft.Training.Reporting;

/// <summary>
/// Computes heat maps of the regions of an image that led to a class: R. R. Selvaraju and others, "Grad-CAM: visual
/// explanations from deep networks via gradient-based localization" (2017). The channels of the last feature map are
/// weighted by the gradient of the class's logit and summed. Feature maps are kept in the feature store, so that a run
/// on known images computes none.
/// </summary>
internal sealed class HeatMaps : IDisposable
{
    private readonly Backbone _trunk;
    private readonly Network _head;
    private readonly (int Height, int Width) _grid;
    private readonly bool _pooled;
    private readonly WorkerPool _workers;

    private HeatMaps(Backbone trunk, Network head, (int Height, int Width) grid, bool pooled, WorkerPool workers)
    {
        _trunk = trunk;
        _head = head;
        _grid = grid;
        _pooled = pooled;
        _workers = workers;
    }

    /// <summary>The network's preprocessing.</summary>
    public Preprocessing Preprocessing => _trunk.Preprocessing;

    /// <summary>Prepares a network for heat maps.</summary>
    /// <param name="trained">
    /// The network. Its head is moved to the result, and the rest is cut; the caller still owns the rest.
    /// </param>
    /// <param name="engine">What runs the trunk.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <returns>
    /// The heat maps; null if the head takes neither a feature map nor its channel means, as with VGG's hidden layers.
    /// Tokens are a feature map if each of them is a pixel of one.
    /// </returns>
    public static HeatMaps? Create(TrainedNetwork trained, IEngine engine, WorkerPool workers)
    {
        var (network, features) = (trained.Network, trained.FeatureNode);
        if (
            !network.Contains(HeadNetworks.LogitsNode)
            || MapNode(network, features) is not { } map
            || Grid(network, map) is not { } grid
        )
            return null;
        var head = network.SplitAfter(features);
        head.CutAt(HeadNetworks.LogitsNode);
        network.CutAt(map);
        var trunk = new Backbone(trained.Backbone, network, trained.Preprocessing) { Engine = engine };
        return new(trunk, head, grid, map != features, workers);
    }

    /// <summary>Computes heat maps.</summary>
    /// <param name="images">The images.</param>
    /// <param name="classes">The class to explain for each image.</param>
    /// <param name="store">The store for feature maps.</param>
    /// <param name="limits">Limits on the size of images.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The heat map of each image, <c>[height][width]</c>, 0 to 1; null if it cannot be read.</returns>
    public IReadOnlyList<float[][]?> Of(
        IReadOnlyList<ImageSample> images,
        IReadOnlyList<int> classes,
        FeatureStore store,
        ImageLimits limits,
        CancellationToken cancellationToken
    )
    {
        var maps = new float[images.Count][][];
        if (images.Count == 0)
            return maps;
        // Float16 is precise enough for a heat map.
        var extractor = new FeatureExtractor(
            _trunk,
            store,
            _workers,
            new() { Limits = limits, Precision = FeaturePrecision.Float16 }
        );
        using var features = extractor.Extract(images, null, cancellationToken);
        foreach (var (place, image) in features.Extraction.Good.Index())
        {
            using var map = features.Read(place, 1);
            maps[image] = Weigh(map, classes[image]);
        }

        return maps;
    }

    /// <summary>Frees the plan of the trunk and disposes the head.</summary>
    public void Dispose()
    {
        _trunk.FreeCompiled();
        _head.Dispose();
    }

    /// <summary>
    /// The node of the last feature map or tokens: the feature node, or the input of its global average pooling; null
    /// if neither.
    /// </summary>
    private static string? MapNode(Network network, string features)
    {
        if (network.ShapeOf(features).Rank is 2 or 3)
            return features;
        for (
            var node = network[features];
            node.Inputs.Count == 1 && node.Inputs[0] != Network.InputName;
            node = network[node.Inputs[0]]
        )
        {
            if (node.Layer is GlobalAveragePooling)
                return node.Inputs[0];
            if (network.ShapeOf(node.Inputs[0]).Rank != 1)
                return null;
        }

        return null;
    }

    /// <summary>The height and width of a feature map; null for tokens that are not the pixels of one.</summary>
    private static (int Height, int Width)? Grid(Network network, string map)
    {
        var tokens = network.ShapeOf(map);
        for (var name = map; name != Network.InputName; name = network[name].Inputs[0])
        {
            var shape = network.ShapeOf(name);
            if (shape.Rank == 3)
                return name == map || shape[0] * shape[1] == tokens[0] ? (shape[0], shape[1]) : null;
            if (shape.Rank != 2 || shape[0] != tokens[0])
                return null;
        }

        return null;
    }

    private float[][] Weigh(Tensor map, int label)
    {
        var channels = map.Shape[^1];
        using var means = _pooled ? Means(map) : null;
        using var pass = _head.Forward(means ?? map, new PassOptions { Workers = _workers, InputGradient = true });
        using var wanted = Tensor.Zeros(pass.Output.Shape);
        wanted.Span[label] = 1;
        pass.Backward(wanted);
        var gradient = pass.InputGradient!.Span;
        var weights = new double[channels];
        for (var i = 0; i < gradient.Length; i++)
            weights[i % channels] += gradient[i];
        var heat = new double[_grid.Height * _grid.Width];
        for (var i = 0; i < map.Length; i++)
            heat[i / channels] += weights[i % channels] * map.Span[i];
        var largest = heat.Max();
        return [.. heat.Select(value => largest > 0 ? (float)(Math.Max(0, value) / largest) : 0).Chunk(_grid.Width)];
    }

    private static Tensor Means(Tensor map)
    {
        var channels = map.Shape[^1];
        var places = map.Length / channels;
        var means = Tensor.Zeros(new Shape(1, channels));
        for (var i = 0; i < map.Length; i++)
            means.Span[i % channels] += map.Span[i] / places;
        return means;
    }
}
