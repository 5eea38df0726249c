namespace Graft.Learning.Fitting;

/// <summary>How far a training is, batch by batch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">The epochs at the most.</param>
/// <param name="Batch">How many batches of the epoch are done.</param>
/// <param name="BatchCount">How many batches it has.</param>
/// <param name="Loss">The mean loss over the epoch so far, in nats.</param>
/// <param name="Accuracy">The share of examples of the epoch so far that were predicted right, 0 to 1.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="BatchesPerSecond">
/// Since training began or was resumed, validation included; 0 where no time passed.
/// </param>
/// <param name="Remaining">How long the rest takes at this speed, if nothing ends it early.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int BatchCount,
    double Loss,
    double Accuracy,
    double LearningRate,
    double BatchesPerSecond,
    TimeSpan Remaining
);
