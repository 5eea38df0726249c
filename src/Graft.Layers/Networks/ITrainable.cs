using Graft.Layers.Autograd;
using Graft.Tensors;

namespace Graft.Layers.Networks;

/// <summary>A network to train; a part of it may be permanently frozen.</summary>
public interface ITrainable
{
    /// <summary>The whole network, whose trainable parameters are trained in place.</summary>
    Network Network { get; }

    /// <summary>
    /// The node up to which everything is frozen: training changes neither the parameters nor the statistics of the
    /// nodes that it depends on. <see cref="Network.InputName"/> if nothing is frozen.
    /// </summary>
    string BoundaryNode { get; }

    /// <summary>Runs the network and keeps what a backward pass down to <see cref="BoundaryNode"/> needs.</summary>
    /// <param name="input"><c>[batch, ...]</c>; must stay alive as long as the pass.</param>
    /// <param name="options">Mode, random numbers and threads.</param>
    /// <returns>The pass, which the caller disposes; its output lives as long as the pass.</returns>
    NetworkPass Forward(Tensor input, PassOptions options);
}
