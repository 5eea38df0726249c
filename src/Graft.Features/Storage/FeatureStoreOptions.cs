namespace Graft.Features.Storage;

/// <summary>How a feature store is opened. Immutable.</summary>
public sealed record FeatureStoreOptions
{
    /// <summary>Receives warnings for the user: a damaged file was set aside, or the store is in memory only.</summary>
    public IProgress<string>? Notice { get; init; }

    /// <summary>How long to wait for other processes that are writing. The default is 30 seconds.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock for the times of creation and use.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
