using Graft.Engines;
using Graft.Models;
using Graft.Models.Downloads;
using Graft.Models.Networks;
using Graft.Models.Storage;
using Graft.Weights;
using Graft.Weights.Formats;

namespace Graft.Features.Backbones;

/// <summary>
/// Loads backbones from the catalogue, from an architecture with a weights file, or from a file with a whole network.
/// </summary>
/// <param name="models">The store of pretrained weights.</param>
public sealed class BackboneLoader(ModelStore models)
{
    private const int UsualClasses = 1000;

    /// <summary>Loads a backbone, fetching its weights when they are the catalogue's and not on this machine.</summary>
    /// <param name="source">The choice of the backbone.</param>
    /// <param name="kind">The kind of features.</param>
    /// <param name="engine">What runs the trunk; Graft's own engine when null.</param>
    /// <param name="onlyRuns">See <see cref="Backbone.OnlyRuns"/>.</param>
    /// <param name="progress">Receives the progress of a download.</param>
    /// <param name="cancellationToken">Cancels a download.</param>
    /// <returns>The backbone, which the caller disposes.</returns>
    /// <exception cref="PullException">There are no such weights, or they cannot be fetched or are damaged.</exception>
    /// <exception cref="WeightsFormatException">A file is damaged, or holds no network that Graft can read.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    /// <exception cref="ArgumentException">
    /// The parts do not fit together: there is no such node, or the network cannot take the image size.
    /// </exception>
    public Backbone Load(
        BackboneSource source,
        FeatureKind kind = FeatureKind.Pooled,
        IEngine? engine = null,
        bool onlyRuns = false,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        using var whole = LoadWhole(source, progress, cancellationToken);
        var (name, preprocessing, licence, origin) = (whole.Name, whole.Preprocessing, whole.Licence, whole.Origin);
        var trunk = whole.Cut(source.Cut, kind);
        return new Backbone(name, trunk, preprocessing)
        {
            Stages = whole.StagesOf(trunk),
            Engine = engine ?? GraftEngine.Default,
            OnlyRuns = onlyRuns,
            Licence = licence,
            PreprocessingOrigin = origin,
        };
    }

    /// <summary>Whether a name is that of weights or of an architecture, rather than of a file.</summary>
    /// <param name="name">The name.</param>
    public bool IsKnown(string name) =>
        models.Knows(name)
        || Architectures.All.Any(architecture =>
            string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Loads a whole network, including the layers behind its features.</summary>
    internal WholeNetwork LoadWhole(
        BackboneSource source,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.IsFile(IsKnown))
        {
            var (network, stated) = NetworkFile.Read(source.Name, source.Weights, source.Preprocessing.ImageSize);
            try
            {
                return WholeNetwork.Foreign(NameOf(source.Name), network, stated, source.Preprocessing);
            }
            catch
            {
                network.Dispose();
                throw;
            }
        }

        return source.Weights is { } weights
            ? LoadArchitecture(source, weights)
            : LoadCatalogue(source, progress, cancellationToken);
    }

    private WholeNetwork LoadCatalogue(
        BackboneSource source,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var info = models.Find(source.Name);
        var preprocessing = source.Preprocessing.Apply(info.Preprocessing);
        var network = info.Build(preprocessing);
        try
        {
            using (var file = models.OpenWeights(info.Name, progress, cancellationToken))
                NetworkWeights.Load(network, file);
            return WholeNetwork.Known(
                info.Name,
                network,
                info.Architecture,
                preprocessing,
                OriginOf(source),
                "pretrained weights",
                info.Licence
            );
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private WholeNetwork LoadArchitecture(BackboneSource source, string weights)
    {
        using var file = TensorFile.Open(weights);
        var named = models.Knows(source.Name) ? models.Find(source.Name).Architecture.Name : source.Name;
        var architecture = Architectures.ForWeights(named, file.Names);
        var preprocessing = source.Preprocessing.Apply(architecture.Preprocessing);
        var classes = ClassesOf(architecture, file);
        var network = architecture.Build(preprocessing, classes ?? UsualClasses);
        try
        {
            // A file with only a trunk has no classifier, and needs none.
            if (classes is null)
                architecture.CutAtFeatures(network, architecture.PooledFeatures);
            NetworkWeights.Load(network, file);
            return WholeNetwork.Known(
                architecture.Name,
                network,
                architecture,
                preprocessing,
                OriginOf(source),
                $"weights from {Path.GetFileName(weights)}",
                null
            );
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The file's name, with its folder's name before it if the file's name alone says nothing, such as
    /// <c>model.json</c>. It is never the full path: a model must not reveal paths of the machine that trained it.
    /// </summary>
    private static string NameOf(string path)
    {
        var file = NetworkFileKinds.Locate(path);
        var name = Path.GetFileName(file);
        return
            Path.GetFileNameWithoutExtension(name) == "model"
            && Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file))) is { Length: > 0 } folder
            ? $"{folder}/{name}"
            : name;
    }

    /// <summary>The number of classes of the file's last layer; null if the file has no such layer.</summary>
    private static int? ClassesOf(Architecture architecture, ITensorFile file)
    {
        using var network = architecture.Build(architecture.Preprocessing);
        // The logits of a SqueezeNet are means of the output of its last layer with weights.
        var last = network.Nodes.Last(static node => node.Layer.Parameters.Count > 0).Layer.Parameters[0];
        var place = TorchvisionNames.Create(network).First(tensor => tensor.Parameter == last);
        return place.NameIn(file.ShapeOf) is { } name && file.ShapeOf(name) is { Rank: > 0 } shape && shape[0] > 0
            ? shape[0]
            : null;
    }

    private static PreprocessingOrigin OriginOf(BackboneSource source) =>
        source.Preprocessing == new PreprocessingChanges { ImageSize = source.Preprocessing.ImageSize }
            ? PreprocessingOrigin.Catalogue
            : PreprocessingOrigin.Options;
}
