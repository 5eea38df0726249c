using Graft.Layers.Autograd;
using Graft.Layers.Freezing;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Training.Runs;

/// <summary>A network whose input is either images or the outputs of its frozen part; the shape decides.</summary>
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
