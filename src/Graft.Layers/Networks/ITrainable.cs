using Graft.Layers.Autograd;
using Graft.Tensors;

namespace Graft.Layers.Networks;

/// <summary>A network as training sees it: with nothing, or with a part of it, frozen for good.</summary>
public interface ITrainable
{
    /// <summary>The whole network, whose trainable parameters are trained in place.</summary>
    Network Network { get; }

    /// <summary>
    /// The node up to which everything is frozen: neither parameters nor statistics of what it needs change.
    /// <see cref="Network.InputName"/> where nothing is.
    /// </summary>
    string BoundaryNode { get; }

    /// <summary>Runs the network, keeping what a backward pass down to <see cref="BoundaryNode"/> needs.</summary>
    /// <param name="input"><c>[batch, ...]</c>; must stay alive as long as the pass.</param>
    /// <param name="options">Mode, random numbers and threads.</param>
    /// <returns>The pass, which the caller disposes; its output lives as long as it.</returns>
    NetworkPass Forward(Tensor input, PassOptions options);
}
