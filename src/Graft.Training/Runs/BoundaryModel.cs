using Graft.Layers.Autograd;
using Graft.Layers.Freezing;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>A network that takes pictures, or what its frozen part says of them: whichever it is given.</summary>
/// <param name="network">The network.</param>
internal sealed class BoundaryModel(TrainableNetwork network) : ITrainable
{
    public Network Network => network.Network;

    public string BoundaryNode => network.BoundaryNode;

    public NetworkPass Forward(Tensor input, PassOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Shape.Dimensions[1..].SequenceEqual(network.Network.InputShape.Dimensions)
            ? network.Forward(input, options)
            : network.ForwardFromBoundary(input, options);
    }
}
