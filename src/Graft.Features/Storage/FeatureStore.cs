using Graft.Weights;
using Microsoft.Data.Sqlite;

namespace Graft.Features.Storage;

/// <summary>
/// Stores computed features in one SQLite file, by the hash of the image's bytes and by <see cref="FeatureSpace"/>.
/// Thread-safe, and several processes may use the file at once.
/// </summary>
/// <remarks>
/// Killing a process at any moment loses at most the batch that it was writing. Every value has a checksum; a value
/// that does not match its checksum counts as absent. A file that is damaged as a whole is set aside, and a new one is
/// begun.
/// </remarks>
public sealed class FeatureStore : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FeatureStoreOptions _options;
    private FeatureDatabase? _database;
    private FeatureStoreException? _failure;

    private FeatureStore(string? path, FeatureStoreOptions options, FeatureDatabase database) =>
        (Path, _options, _database) = (path, options, database);

    /// <summary>The absolute path of the file, or null for a store in memory.</summary>
    public string? Path { get; }

    internal TimeProvider Time => _options.Time;

    /// <summary>
    /// Opens a store. The file and its folder are made if they do not exist. The caller disposes the store.
    /// </summary>
    /// <param name="path">The file, for example <c>GraftHome.Features</c>.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <exception cref="FeatureStoreException">
    /// The file cannot be used; <see cref="FeatureStoreException.Problem"/> says why.
    /// </exception>
    public static FeatureStore Open(string path, FeatureStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        var full = System.IO.Path.GetFullPath(path);
        RequireWritableFolder(full);
        return new(full, options, FeatureFile.OpenOrReplace(full, options));
    }

    /// <summary>
    /// Opens a store, or one in memory if the file cannot be written or is locked for too long. The work then goes on,
    /// a notice says so, and features are computed again next time.
    /// </summary>
    /// <param name="path">The file, for example <c>GraftHome.Features</c>.</param>
    /// <param name="options">The options; the defaults when null.</param>
    /// <exception cref="FeatureStoreException">The file belongs to another program or to a newer Graft.</exception>
    public static FeatureStore OpenOrInMemory(string path, FeatureStoreOptions? options = null)
    {
        try
        {
            return Open(path, options);
        }
        catch (FeatureStoreException exception)
            when (exception.Problem is FeatureStoreProblem.Unwritable or FeatureStoreProblem.Busy)
        {
            options?.Notice?.Report(
                $"{exception.Message} Continuing without it: features are kept in memory for this run only."
            );
            return InMemory(options);
        }
    }

    /// <summary>Makes an empty store in memory, whose contents are lost when it is disposed.</summary>
    /// <param name="options">The options; the defaults when null.</param>
    public static FeatureStore InMemory(FeatureStoreOptions? options = null)
    {
        options ??= new();
        return new(null, options, FeatureDatabase.Open(null, options.BusyTimeout));
    }

    /// <summary>The features of one space, whose time of use is updated. Valid until the store is disposed.</summary>
    /// <param name="space">Everything that determines the values.</param>
    /// <exception cref="ArgumentException">The shape has no elements or too many.</exception>
    /// <exception cref="FeatureStoreException">The file cannot be written.</exception>
    public FeatureTable Space(FeatureSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        space.Validate();
        var table = new FeatureTable(this, space);
        table.Touch();
        return table;
    }

    /// <summary>The bad-image table for some rules. Valid until the store is disposed.</summary>
    /// <param name="rules">The decoder's version and its limits; with others, an image may be good.</param>
    public BadImageTable Verdicts(string rules)
    {
        ArgumentException.ThrowIfNullOrEmpty(rules);
        return new(this, rules);
    }

    /// <summary>The size of the file on the disk, including its write-ahead log, in bytes.</summary>
    public long SizeBytes =>
        Path is null
            ? Use((database, _) => database.SizeBytes, 0)
            : FeatureFile
                .Parts(Path)
                .Select(part => new FileInfo(part))
                .Where(part => part.Exists)
                .Sum(part => part.Length);

    /// <summary>The contents of the store, the last used space first.</summary>
    /// <exception cref="FeatureStoreException">The file cannot be read.</exception>
    public IReadOnlyList<FeatureSpaceSummary> Describe() => Use((database, _) => FeaturePruning.Describe(database), 0);

    /// <summary>Removes what the options select, and frees its space on the disk.</summary>
    /// <param name="options">What to remove.</param>
    /// <exception cref="FeatureStoreException">The file cannot be written.</exception>
    public PruneResult Prune(PruneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var before = SizeBytes;
        var result = Use((database, wanted) => FeaturePruning.Prune(database, wanted, Time), options);
        return result with { FreedBytes = Math.Max(0, before - SizeBytes) };
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _database?.Dispose();
            _database = null;
        }
    }

    /// <summary>
    /// Runs work on the database. A damaged database is replaced and the work is run again; other SQLite errors are
    /// explained.
    /// </summary>
    internal TResult Use<TState, TResult>(Func<FeatureDatabase, TState, TResult> work, TState state)
        where TState : allows ref struct
    {
        const int Attempts = 3;
        lock (_lock)
        {
            for (var attempt = 1; ; attempt++)
            {
                if (_failure is { } failure)
                    throw new FeatureStoreException(failure.Problem, failure.Message, failure);
                ObjectDisposedException.ThrowIf(_database is null, this);
                try
                {
                    return work(_database, state);
                }
                catch (SqliteException exception)
                    when (Path is not null && attempt < Attempts && FeatureDatabase.IsDamage(exception))
                {
                    Replace(Path, exception, trustCheck: attempt == 1);
                }
                catch (SqliteException exception)
                {
                    throw FeatureDatabase.Explain(Path, exception);
                }
            }
        }
    }

    private void Replace(string path, SqliteException damage, bool trustCheck)
    {
        _database?.Dispose();
        _database = null;
        try
        {
            _database = FeatureFile.Replace(path, _options, damage, trustCheck);
        }
        catch (FeatureStoreException exception)
        {
            // Without a database, every later call fails in the same way.
            _failure = exception;
            throw;
        }
    }

    // This does not open the file itself: closing it would drop the locks that this process may hold on it through
    // SQLite.
    private static void RequireWritableFolder(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path)!;
        try
        {
            if (Directory.Exists(path))
                throw new IOException("It is a folder; a file was expected.");
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(
                System.IO.Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"),
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FeatureStoreException(
                FeatureStoreProblem.Unwritable,
                $"{AtomicFile.Explain(path, exception)} Set GRAFT_HOME to choose another folder.",
                exception
            );
        }
    }
}
