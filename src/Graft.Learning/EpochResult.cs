namespace Graft.Learning;

/// <summary>What an epoch ended with. Losses are mean cross-entropies in nats, accuracies are from 0 to 1.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">The epochs at the most.</param>
/// <param name="Loss">
/// On the training images while they were trained on: with dropout, label smoothing and class weights.
/// </param>
/// <param name="Accuracy">On the training images while they were trained on, with dropout.</param>
/// <param name="ValidationLoss">On the validation images, where there are any: the plain cross-entropy.</param>
/// <param name="ValidationAccuracy">On the validation images, where there are any.</param>
/// <param name="Duration">How long it took.</param>
public sealed record EpochResult(
    int Epoch,
    int Epochs,
    double Loss,
    double Accuracy,
    double? ValidationLoss,
    double? ValidationAccuracy,
    TimeSpan Duration
)
{
    /// <summary>The learning rate of its last step, before the multipliers of groups of parameters.</summary>
    public double LearningRate { get; init; }
}
