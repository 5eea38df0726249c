namespace Graft.Layers.Optimizers.Schedules;

/// <summary>The point in a training for which a learning rate is computed.</summary>
/// <param name="Step">The number of steps taken so far, from 0.</param>
/// <param name="TotalSteps">The total number of steps of the training, at least 1.</param>
/// <param name="StepsPerEpoch">The number of steps in an epoch, at least 1.</param>
public readonly record struct ScheduleMoment(long Step, long TotalSteps, long StepsPerEpoch);
