namespace Graft.Layers.Optimizers.Schedules;

/// <summary>When in a training a learning rate is asked for.</summary>
/// <param name="Step">How many steps were taken before, from 0.</param>
/// <param name="TotalSteps">How many steps the training has at the most, 1 or more.</param>
/// <param name="StepsPerEpoch">How many steps an epoch has, 1 or more.</param>
public readonly record struct ScheduleMoment(long Step, long TotalSteps, long StepsPerEpoch);
