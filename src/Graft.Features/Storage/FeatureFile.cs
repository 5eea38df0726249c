using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Graft.Features.Storage;

/// <summary>Opens the store's file. A damaged file is set aside, by one process at a time.</summary>
internal static class FeatureFile
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm"];

    /// <summary>The files that make up the database, whether they exist or not.</summary>
    public static IEnumerable<string> Parts(string path) => Suffixes.Select(suffix => path + suffix);

    /// <summary>Opens the file; if it is damaged, sets it aside and begins a new one.</summary>
    public static FeatureDatabase OpenOrReplace(string path, FeatureStoreOptions options)
    {
        try
        {
            return FeatureDatabase.Open(path, options.BusyTimeout);
        }
        catch (SqliteException exception) when (FeatureDatabase.IsDamage(exception))
        {
            return Replace(path, options, exception, trustCheck: true);
        }
        catch (SqliteException exception)
        {
            throw FeatureDatabase.Explain(path, exception);
        }
    }

    /// <summary>Begins a new file in place of a damaged one that this process no longer has open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">The options of the store.</param>
    /// <param name="damage">The error that revealed the damage.</param>
    /// <param name="trustCheck">
    /// Whether to use a file that passes SQLite's own check, which may be another process's new one.
    /// </param>
    public static FeatureDatabase Replace(
        string path,
        FeatureStoreOptions options,
        SqliteException damage,
        bool trustCheck
    )
    {
        try
        {
            using var alone = WaitForLock(path + ".lock", options.BusyTimeout);
            if (trustCheck && OpenIfSound(path, options) is { } replaced)
                return replaced;
            var aside = SetAside(path);
            var database = FeatureDatabase.Open(path, options.BusyTimeout);
            options.Notice?.Report(
                $"The feature store '{path}' was damaged: {damage.Message} It was set aside as '{aside}' and a new "
                    + "one was begun; features will be computed again. The damaged file can be deleted."
            );
            return database;
        }
        catch (SqliteException exception)
        {
            throw FeatureDatabase.Explain(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FeatureStoreException(
                FeatureStoreProblem.Unwritable,
                $"The feature store '{path}' is damaged and could not be set aside: {exception.Message} Delete it, "
                    + $"or set GRAFT_HOME to another folder.",
                exception
            );
        }
    }

    private static FeatureDatabase? OpenIfSound(string path, FeatureStoreOptions options)
    {
        FeatureDatabase? database = null;
        try
        {
            database = FeatureDatabase.Open(path, options.BusyTimeout);
            if (database.Scalar("PRAGMA quick_check(1)") is "ok")
                return database;
        }
        catch (SqliteException exception) when (FeatureDatabase.IsDamage(exception))
        {
            // The file is damaged.
        }

        database?.Dispose();
        return null;
    }

    private static string SetAside(string path)
    {
        var number = 1;
        while (Parts($"{path}.damaged-{number}").Any(File.Exists))
            number++;
        var aside = $"{path}.damaged-{number}";

        // The database itself is moved last. As soon as it is gone, another process may begin a new one with its own
        // log, which must not be moved.
        foreach (var suffix in Suffixes.Reverse())
        {
            if (File.Exists(path + suffix))
                File.Move(path + suffix, aside + suffix);
        }

        return aside;
    }

    private static FileStream WaitForLock(string path, TimeSpan timeout)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path) && waited.Elapsed < timeout)
            {
                Thread.Sleep(20);
            }
        }
    }
}
