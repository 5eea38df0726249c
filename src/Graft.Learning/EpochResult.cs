namespace Graft.Learning;

/// <summary>The result of an epoch. Losses are mean cross-entropies in nats, accuracies are from 0 to 1.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">The maximum number of epochs.</param>
/// <param name="Loss">
/// The loss on the training images during training: with dropout, label smoothing and class weights.
/// </param>
/// <param name="Accuracy">The accuracy on the training images during training, with dropout.</param>
/// <param name="ValidationLoss">The plain cross-entropy on the validation images; null without any.</param>
/// <param name="ValidationAccuracy">The accuracy on the validation images; null without any.</param>
/// <param name="Duration">The duration of the epoch.</param>
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
    /// <summary>The learning rate of the epoch's last step, before the multipliers of parameter groups.</summary>
    public double LearningRate { get; init; }
}
