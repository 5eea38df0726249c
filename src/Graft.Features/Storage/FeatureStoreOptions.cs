namespace Graft.Features.Storage;

/// <summary>How a feature store is opened. Immutable.</summary>
public sealed record FeatureStoreOptions
{
    /// <summary>
    /// Hears what the user should know though the work goes on: a damaged file that was set aside, no store at all.
    /// </summary>
    public IProgress<string>? Notice { get; init; }

    /// <summary>How long to wait for other processes that are writing; 30 seconds.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock by which spaces are created and used.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
