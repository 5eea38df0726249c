namespace Graft.Features.Storage;

/// <summary>Why a feature store cannot be used.</summary>
public enum FeatureStoreProblem
{
    /// <summary>The folder is read-only, the disk is full, or the system reports another error.</summary>
    Unwritable,

    /// <summary>Another process has kept the store locked for too long.</summary>
    Busy,

    /// <summary>A newer version of Graft wrote the store.</summary>
    NewerFormat,

    /// <summary>The file is a database of another program.</summary>
    NotAStore,

    /// <summary>Features that were in the store are gone: another process removed them.</summary>
    Changed,
}

/// <summary>A feature store cannot be used. The message names the file and what to do.</summary>
public sealed class FeatureStoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problem">The reason, for programs.</param>
    /// <param name="message">The whole explanation, for the user.</param>
    /// <param name="cause">The underlying exception, if any.</param>
    public FeatureStoreException(FeatureStoreProblem problem, string message, Exception? cause = null)
        : base(message, cause) => Problem = problem;

    /// <summary>Why the store cannot be used.</summary>
    public FeatureStoreProblem Problem { get; }
}
