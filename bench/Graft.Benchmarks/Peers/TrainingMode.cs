using Graft.Layers.Activations;
using Graft.Layers.Freezing;
using Graft.Layers.Inference;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Benchmarks.Peers;

/// <summary>How much of a network a training step trains.</summary>
/// <param name="Name">As in the name of a case.</param>
/// <param name="FirstTrained">The first node that is trained; all of the network when null.</param>
/// <param name="Statistics">
/// Whether batch normalisation measures the batch; otherwise it uses its running statistics.
/// </param>
internal sealed record TrainingMode(string Name, string? FirstTrained, bool Statistics)
{
    /// <summary>The first layer of the head.</summary>
    public const string HeadNode = "head.0";

    public static IReadOnlyList<TrainingMode> All { get; } =
    [
        new("train-head", HeadNode, Statistics: false),
        new("train-last-stage", "layer4.0.conv1", Statistics: false),
        new("train-all", null, Statistics: false),
        new("train-all-statistics", null, Statistics: true),
    ];

    /// <summary>Finds a mode.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static TrainingMode Parse(string name) =>
        All.FirstOrDefault(mode => mode.Name == name)
        ?? throw new FormatException(
            $"'{name}' is no way to train. There are: {string.Join(", ", All.Select(mode => mode.Name))}."
        );

    /// <summary>Puts a head on a trunk: 128 rectified units and two classes.</summary>
    public static void AddHead(Network trunk)
    {
        trunk.Add(HeadNode, new Dense(trunk.OutputShape[0], 128));
        trunk.Add("head.1", new ReLU());
        trunk.Add("head.2", new Dense(128, 2));
    }

    /// <summary>Freezes what is not trained.</summary>
    public void Prepare(Network network)
    {
        network.Freeze();
        if (FirstTrained is null)
            network.Unfreeze(Statistics);
        else
            network.UnfreezeFrom(FirstTrained, Statistics);
    }

    /// <summary>Operations of a step: all layers forward, and the trained ones twice that backward.</summary>
    public double Operations(Network network)
    {
        Prepare(network);
        using var workers = new WorkerPool(1);
        using var whole = InferencePlan.Compile(network);
        using var trainable = new TrainableNetwork(network, workers, 1);
        using var frozen = InferencePlan.Compile(network, trainable.BoundaryNode);
        return (3.0 * whole.OperationsPerImage) - (2.0 * frozen.OperationsPerImage);
    }
}
