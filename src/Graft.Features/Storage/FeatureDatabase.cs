using Graft.Weights;
using Microsoft.Data.Sqlite;

namespace Graft.Features.Storage;

/// <summary>One open SQLite file with the store's tables and its prepared statements. Not thread-safe.</summary>
/// <remarks>
/// The journal is a write-ahead log with <c>synchronous=NORMAL</c>. A commit is handed to the operating system before
/// the call returns, so a process that is killed at any moment loses at most its current transaction. Only a power
/// failure can lose the last commits too, and even then the file stays consistent. Features can be computed again.
/// </remarks>
internal sealed class FeatureDatabase : IDisposable
{
    /// <summary>The version of the tables. A file with a higher version is left alone.</summary>
    public const int FormatVersion = 1;

    // "GRFT", which tells Graft's files from those of other programs.
    private const int ApplicationId = 0x47524654;

    // AUTOINCREMENT: the number of a space that was pruned is never used again.
    private const string Tables = """
        CREATE TABLE spaces(
            id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL UNIQUE, decoder TEXT NOT NULL, preprocessing TEXT NOT NULL,
            weights TEXT NOT NULL, node TEXT NOT NULL, numerics TEXT NOT NULL, shape TEXT NOT NULL, precision TEXT NOT NULL,
            created INTEGER NOT NULL, used INTEGER NOT NULL, error REAL NOT NULL DEFAULT 0, norm REAL NOT NULL DEFAULT 0);
        CREATE TABLE features(
            id INTEGER PRIMARY KEY, space INTEGER NOT NULL, hash BLOB NOT NULL, checksum INTEGER NOT NULL, value BLOB NOT NULL,
            UNIQUE(space, hash));
        CREATE TABLE verdicts(
            rules BLOB NOT NULL, hash BLOB NOT NULL, checksum INTEGER NOT NULL, reason TEXT NOT NULL, created INTEGER NOT NULL,
            PRIMARY KEY(rules, hash)) WITHOUT ROWID;
        """;

    // The first files of this version lack this table. Older versions of Graft ignore it, so the version number stays.
    private const string FactTable = """
        CREATE TABLE IF NOT EXISTS facts(
            id INTEGER PRIMARY KEY, space INTEGER NOT NULL, hash BLOB NOT NULL, checksum INTEGER NOT NULL,
            format INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, bands INTEGER NOT NULL,
            orientation INTEGER NOT NULL, has_profile INTEGER NOT NULL, file_bytes INTEGER NOT NULL,
            brightness REAL NOT NULL, contrast REAL NOT NULL, sharpness REAL NOT NULL, signature BLOB NOT NULL,
            UNIQUE(space, hash))
        """;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private SqliteTransaction? _transaction;

    private FeatureDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens or makes the file.</summary>
    /// <param name="path">The file, or null for a database in memory.</param>
    /// <param name="busyTimeout">How long to wait for other processes.</param>
    /// <exception cref="FeatureStoreException">The file belongs to another program or to a newer Graft.</exception>
    /// <exception cref="SqliteException">SQLite cannot use the file.</exception>
    public static FeatureDatabase Open(string? path, TimeSpan busyTimeout)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path ?? ":memory:",
            Mode = path is null ? SqliteOpenMode.Memory : SqliteOpenMode.ReadWriteCreate,

            // With pooling, the file would stay open after disposal and could not be set aside.
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
        };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            if (path is not null && SQLitePCL.raw.sqlite3_db_readonly(connection.Handle, "main") == 1)
            {
                throw new FeatureStoreException(
                    FeatureStoreProblem.Unwritable,
                    $"The feature store '{path}' is read-only. Make the file writable or set GRAFT_HOME to another "
                        + $"folder."
                );
            }

            var database = new FeatureDatabase(connection);
            database.Execute($"PRAGMA busy_timeout={(int)busyTimeout.TotalMilliseconds}");
            database.Prepare(path ?? "memory");
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The size of all pages in bytes.</summary>
    public long SizeBytes => Convert.ToInt64(Scalar("PRAGMA page_count")) * Convert.ToInt64(Scalar("PRAGMA page_size"));

    /// <summary>A statement, prepared once, with its parameters <c>$1, $2, …</c> set.</summary>
    public SqliteCommand Command(string text, params ReadOnlySpan<object> parameters)
    {
        if (!_commands.TryGetValue(text, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // All statements are constants of this folder; values go through parameters.
            command.CommandText = text;
#pragma warning restore CA2100
            for (var i = 0; i < parameters.Length; i++)
                command.Parameters.Add(new SqliteParameter($"${i + 1}", parameters[i]));
            _commands.Add(text, command);
        }

        for (var i = 0; i < parameters.Length; i++)
            command.Parameters[i].Value = parameters[i];
        command.Transaction = _transaction;
        return command;
    }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    public int Execute(string text, params ReadOnlySpan<object> parameters) =>
        Command(text, parameters).ExecuteNonQuery();

    /// <summary>Runs a query and returns the first column of its first row, or null.</summary>
    public object? Scalar(string text, params ReadOnlySpan<object> parameters) =>
        Command(text, parameters).ExecuteScalar();

    /// <summary>
    /// Runs statements in one transaction, of which all take effect or none. Other processes wait meanwhile.
    /// </summary>
    public T InTransaction<T>(Func<T> statements)
    {
        // BEGIN IMMEDIATE takes the lock now, while waiting for it is still possible.
        using var transaction = _connection.BeginTransaction(deferred: false);
        _transaction = transaction;
        try
        {
            var result = statements();
            transaction.Commit();
            return result;
        }
        finally
        {
            _transaction = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _connection.Dispose();
    }

    private void Prepare(string path)
    {
        // This is the first read of the file; it fails if the file is not a database.
        if (CheckVersion(path) != FormatVersion)
        {
            Execute("PRAGMA journal_mode=WAL");
            InTransaction(() =>
            {
                // Another process may have made the tables first.
                if (CheckVersion(path) == FormatVersion)
                    return 0;
                Execute(Tables);
                Execute($"PRAGMA application_id={ApplicationId}");
                return Execute($"PRAGMA user_version={FormatVersion}");
            });
        }

        Execute("PRAGMA journal_mode=WAL");
        Execute("PRAGMA synchronous=NORMAL");
        if (Scalar("SELECT 1 FROM sqlite_schema WHERE type='table' AND name='facts'") is null)
            InTransaction(() => Execute(FactTable));
        Scalar(
            "SELECT (SELECT count(*) FROM spaces) + EXISTS(SELECT 1 FROM features) + EXISTS(SELECT 1 FROM verdicts)"
                + " + EXISTS(SELECT 1 FROM facts)"
        );
    }

    private (long Version, long Application) ReadVersion() =>
        (Convert.ToInt64(Scalar("PRAGMA user_version")), Convert.ToInt64(Scalar("PRAGMA application_id")));

    private long CheckVersion(string path)
    {
        var (version, application) = ReadVersion();
        var isNew = version == 0 && application == 0;
        if (isNew && Convert.ToInt64(Scalar("SELECT count(*) FROM sqlite_schema")) > 0)
        {
            // There are tables but no version: the file is another program's, or another process made the store after
            // the first read.
            (version, application) = ReadVersion();
            isNew = false;
        }

        if (application != ApplicationId && !isNew)
        {
            throw new FeatureStoreException(
                FeatureStoreProblem.NotAStore,
                $"'{path}' is a database of another program; a feature store of Graft was expected. Move it away or "
                    + $"set GRAFT_HOME to another folder."
            );
        }

        return version <= FormatVersion
            ? version
            : throw new FeatureStoreException(
                FeatureStoreProblem.NewerFormat,
                $"The feature store '{path}' has format {version}, written by a newer Graft; this one knows format "
                    + $"{FormatVersion}. "
                    + "Update Graft, set GRAFT_HOME to another folder, or delete the file: features can be computed "
                    + "again."
            );
    }

    /// <summary>Whether SQLite found the file itself damaged.</summary>
    public static bool IsDamage(SqliteException exception) =>
        exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB
        || (
            exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_IOERR
            && exception.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_IOERR_SHORT_READ
        )
        || (
            exception.SqliteErrorCode == SQLitePCL.raw.SQLITE_ERROR
            && exception.Message.Contains("no such", StringComparison.Ordinal)
        );

    /// <summary>Explains any other SQLite error to the user.</summary>
    public static FeatureStoreException Explain(string? path, SqliteException exception)
    {
        var store = $"feature store '{path ?? "in memory"}'";
        return exception.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new(
                FeatureStoreProblem.Busy,
                $"Another process keeps the {store} locked. Wait until it is done, or set GRAFT_HOME to another "
                    + $"folder.",
                exception
            ),
            SQLitePCL.raw.SQLITE_FULL => new(
                FeatureStoreProblem.Unwritable,
                $"Cannot write the {store}: the disk that holds folder '{Path.GetDirectoryName(path)}' is full. "
                    + $"Free some space there, prune the store, or set GRAFT_HOME to a folder on another disk.",
                exception
            ),
            _ => new(
                FeatureStoreProblem.Unwritable,
                path is null
                    ? $"Cannot use the {store}: {exception.Message}"
                    : AtomicFile.Explain(path, exception) + " Set GRAFT_HOME to choose another folder.",
                exception
            ),
        };
    }
}
