using Graft.Features.Backbones;
using Graft.Layers.Networks;
using Graft.Learning;
using Graft.Learning.Heads;

namespace Graft.Training.Runs;

/// <summary>A trained head, with its trunk if the two were trained together. Owns both.</summary>
internal sealed class FittedModel : IDisposable
{
    /// <summary>The trunk, if the head was trained with it in memory; null if only its features were used.</summary>
    public Backbone? Trunk { get; init; }

    /// <summary>The head, from features to logits.</summary>
    public required Network Head { get; init; }

    /// <summary>The number of epochs, or of iterations of the linear head's solver.</summary>
    public required int Epochs { get; init; }

    /// <summary>The results of each epoch; empty for a linear head fitted by its solver.</summary>
    public IReadOnlyList<EpochResult> History { get; init; } = [];

    /// <summary>The reason for ending before the last epoch; null if all epochs were run.</summary>
    public string? StopReason { get; init; }

    /// <summary>The L2 penalty of a linear head fitted by its solver; null otherwise.</summary>
    public double? L2 { get; init; }

    /// <summary>The candidates for the L2 penalty.</summary>
    public IReadOnlyList<L2Candidate> Search { get; init; } = [];

    /// <summary>The first stage or node of the trunk that was trained; null if the trunk is unchanged.</summary>
    public string? Unfrozen { get; init; }

    /// <summary>The number of trainable scalar values.</summary>
    public required long TrainableParameters { get; init; }

    /// <summary>
    /// The out-of-fold logits of the training images; empty if there is a calibration split or no calibration.
    /// </summary>
    public IReadOnlyList<OutOfFoldLogits> OutOfFold { get; init; } = [];

    /// <summary>Whether validation figures influenced the training, for example by early stopping.</summary>
    public bool ValidationDecidedStopping { get; init; }

    public void Dispose()
    {
        Head.Dispose();
        Trunk?.Dispose();
    }
}
