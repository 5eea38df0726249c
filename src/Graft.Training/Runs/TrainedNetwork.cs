using Graft.Imaging;
using Graft.Layers.Networks;

namespace Graft.Training.Runs;

/// <summary>The whole trained network of a run, as in the model file. Owns the network.</summary>
/// <param name="Network">The network, from RGB pixels to probabilities.</param>
/// <param name="Backbone">The name of the backbone.</param>
/// <param name="FeatureNode">The name of the feature node.</param>
/// <param name="Preprocessing">The preprocessing that belongs to the weights.</param>
internal sealed record TrainedNetwork(Network Network, string Backbone, string FeatureNode, Preprocessing Preprocessing)
    : IDisposable
{
    /// <summary>Disposes the network.</summary>
    public void Dispose() => Network.Dispose();
}
