namespace Graft.Learning.Fitting;

/// <summary>A step of a search for a learning rate.</summary>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="Loss">The loss of the batch before the step, in nats.</param>
/// <param name="SmoothedLoss">The moving average of the losses up to this step.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss, double SmoothedLoss);
