using Microsoft.Data.Sqlite;

namespace Graft.Features.Storage;

/// <summary>Lists and removes the contents of a store.</summary>
internal static class FeaturePruning
{
    private const string SelectSpaces = """
        SELECT id, decoder, preprocessing, weights, node, numerics, shape, precision, created, used,
            CASE WHEN norm>0 AND error>=0 THEN sqrt(error/norm) ELSE 0.0 END,
            (SELECT count(*) FROM features WHERE space=spaces.id) + (SELECT count(*) FROM facts WHERE space=spaces.id),
            digest
        FROM spaces ORDER BY used DESC, id DESC
        """;

    /// <summary>The spaces, the last used first. A space whose description was altered is skipped.</summary>
    public static IReadOnlyList<FeatureSpaceSummary> Describe(FeatureDatabase database)
    {
        var summaries = new List<FeatureSpaceSummary>();
        using var reader = database.Command(SelectSpaces).ExecuteReader();
        while (reader.Read())
        {
            if (ReadSpace(reader) is not { } space)
                continue;
            var count = reader.GetInt64(11);
            summaries.Add(
                new(
                    reader.GetInt64(0),
                    space,
                    count,
                    count * space.ByteLength,
                    Date(reader.GetInt64(8)),
                    Date(reader.GetInt64(9)),
                    reader.GetDouble(10)
                )
            );
        }

        return summaries;
    }

    /// <summary>Removes what the options select, then shrinks the file.</summary>
    public static PruneResult Prune(FeatureDatabase database, PruneOptions options, TimeProvider time)
    {
        var result = database.InTransaction(() => Remove(database, options, time));
        try
        {
            database.Execute("VACUUM");
            database.Scalar("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException exception)
            when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_FULL)
        {
            // Another process uses the file, or the disk has no room for the copy. The free pages are reused anyway.
        }

        return result;
    }

    private static PruneResult Remove(FeatureDatabase database, PruneOptions options, TimeProvider time)
    {
        var oldest = options.UnusedFor is { } age ? time.GetUtcNow() - age : DateTimeOffset.MinValue;
        if (options.UnusedFor is not null)
            database.Execute("DELETE FROM verdicts WHERE created<$1", oldest.ToUnixTimeSeconds());
        // An older version of Graft removes a space without its facts.
        database.Execute("DELETE FROM facts WHERE space NOT IN (SELECT id FROM spaces)");
        int spaces = 0;
        long features = 0;
        var kept = new List<FeatureSpaceSummary>();
        foreach (var summary in Describe(database))
        {
            if (summary.LastUsed >= oldest && summary.Id != options.SpaceId)
            {
                kept.Add(summary);
                continue;
            }

            RemoveSpace(database, summary);
            spaces++;
            features += summary.Count;
        }

        var excess = options.KeepBytes is { } limit ? kept.Sum(summary => summary.Bytes) - Math.Max(0, limit) : 0;
        foreach (var summary in Enumerable.Reverse(kept))
        {
            if (excess <= 0)
                break;
            if (summary.Bytes <= excess)
            {
                RemoveSpace(database, summary);
                spaces++;
                features += summary.Count;
                excess -= summary.Bytes;
                continue;
            }

            var count = (excess + summary.Space.ByteLength - 1) / summary.Space.ByteLength;
            var removed = database.Execute(
                "DELETE FROM features WHERE id IN (SELECT id FROM features WHERE space=$1 ORDER BY id LIMIT $2)",
                summary.Id,
                count
            );
            database.Execute(
                "DELETE FROM facts WHERE id IN (SELECT id FROM facts WHERE space=$1 ORDER BY id LIMIT $2)",
                summary.Id,
                count - removed
            );
            features += count;
            excess = 0;
        }

        return new(spaces, features, 0);
    }

    private static void RemoveSpace(FeatureDatabase database, FeatureSpaceSummary summary)
    {
        database.Execute("DELETE FROM features WHERE space=$1", summary.Id);
        database.Execute("DELETE FROM facts WHERE space=$1", summary.Id);
        database.Execute("DELETE FROM spaces WHERE id=$1", summary.Id);
    }

    private static FeatureSpace? ReadSpace(SqliteDataReader reader)
    {
        if (FeatureSpace.ParseShape(reader.GetString(6)) is not { } shape)
            return null;
        var space = new FeatureSpace
        {
            Decoder = reader.GetString(1),
            Preprocessing = reader.GetString(2),
            Weights = reader.GetString(3),
            Node = reader.GetString(4),
            Numerics = reader.GetString(5),
            Shape = shape,
            Precision = reader.GetString(7) == "float16" ? FeaturePrecision.Float16 : FeaturePrecision.Float32,
        };
        return reader.GetValue(12) is byte[] digest && digest.AsSpan().SequenceEqual(space.Digest()) ? space : null;
    }

    private static DateTimeOffset Date(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
