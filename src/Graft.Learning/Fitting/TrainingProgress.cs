namespace Graft.Learning.Fitting;

/// <summary>The progress of a training, batch by batch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">The maximum number of epochs.</param>
/// <param name="Batch">The number of completed batches in the epoch.</param>
/// <param name="BatchCount">The number of batches in the epoch.</param>
/// <param name="Loss">The mean loss over the epoch so far, in nats.</param>
/// <param name="Accuracy">The share of the epoch's examples so far that were predicted correctly, 0 to 1.</param>
/// <param name="LearningRate">The learning rate of the last step.</param>
/// <param name="BatchesPerSecond">
/// The speed since training began or was resumed, including validation; 0 if no time has passed.
/// </param>
/// <param name="Remaining">The remaining time at this speed if the training does not end early.</param>
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
