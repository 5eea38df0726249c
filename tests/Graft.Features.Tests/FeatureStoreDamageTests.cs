using Graft.Data.Hashing;
using Graft.Features.Storage;
using Graft.Tensors;
using Graft.Testing;
using Microsoft.Data.Sqlite;

namespace Graft.Features.Tests;

public sealed class FeatureStoreDamageTests : IDisposable
{
    private const int Length = 300;

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notices = [];
    private readonly FeatureSpace _space = SampleFeatures.Space(new Shape(Length));
    private readonly (ContentHash Hash, ReadOnlyMemory<float> Values)[] _features = SampleFeatures.Batch(
        200,
        Length,
        1
    );

    private string StorePath => _folder["features.db"];

    private FeatureStoreOptions Options => new() { Notice = new Listener(_notices) };

    public void Dispose() => _folder.Dispose();

    private sealed class Listener(List<string> notices) : IProgress<string>
    {
        public void Report(string value) => notices.Add(value);
    }

    private void Fill()
    {
        using var store = FeatureStore.Open(StorePath, Options);
        store.Space(_space).WriteBatch(_features);
        store.Verdicts("rules").WriteBatch([(_features[0].Hash, "truncated")]);
    }

    private void Sql(string text)
    {
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own constants.
        command.CommandText = text;
#pragma warning restore CA2100
        Assert.True(command.ExecuteNonQuery() > 0 || !text.StartsWith("UPDATE", StringComparison.Ordinal));
    }

    /// <summary>Opens, reads everything (nothing may be wrong), and writes it all again.</summary>
    /// <returns>How many were there before and are there after.</returns>
    private (int Before, int After) ReadAndWrite()
    {
        using var store = FeatureStore.Open(StorePath, Options);
        var table = store.Space(_space);
        var before = SampleFeatures.AllRead(table, _features);
        table.WriteBatch(_features);
        return (before, SampleFeatures.AllRead(table, _features));
    }

    /// <summary>As <see cref="ReadAndWrite"/>; afterwards everything must be there.</summary>
    private int ReadAndRepair()
    {
        var (before, after) = ReadAndWrite();
        Assert.Equal(_features.Length, after);
        return before;
    }

    private void AssertSetAside(string name = "features.db.damaged-1")
    {
        Assert.True(File.Exists(_folder[name]));
        var notice = Assert.Single(_notices);
        Assert.Contains(name, notice, StringComparison.Ordinal);
        Assert.Contains("a new one was begun", notice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_set_aside()
    {
        _folder.Put("features.db", "This is not a database. " + new string('x', 5000));
        Assert.Equal(0, ReadAndRepair());
        AssertSetAside();
        Assert.StartsWith("This is not", File.ReadAllText(_folder["features.db.damaged-1"]), StringComparison.Ordinal);
        Assert.Equal(_features.Length, ReadAndRepair());
    }

    [Fact]
    public void Earlier_damaged_files_are_not_overwritten()
    {
        _folder.Put("features.db", new string('x', 5000));
        _folder.Put("features.db.damaged-1", "earlier");
        ReadAndRepair();
        AssertSetAside("features.db.damaged-2");
        Assert.Equal("earlier", File.ReadAllText(_folder["features.db.damaged-1"]));
    }

    [Fact]
    public void Several_that_find_the_damage_at_once_set_it_aside_once()
    {
        for (var round = 0; round < 5; round++)
        {
            foreach (var path in Directory.GetFiles(_folder.Path))
                File.Delete(path);
            _folder.Put("features.db", new string('x', 5000));
            Parallel.For(0, 4, i =>
            {
                using var store = FeatureStore.Open(StorePath);
                store.Space(_space).WriteBatch([.. _features.Skip(i * 50).Take(50)]);
            });
            Assert.True(File.Exists(_folder["features.db.damaged-1"]));
            Assert.False(File.Exists(_folder["features.db.damaged-2"]));
            Assert.Equal(_features.Length, ReadAndRepair());
        }
    }

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.5)]
    [InlineData(0.1)]
    public void A_truncated_file_is_set_aside(double part)
    {
        Fill();
        using (var file = File.Open(StorePath, FileMode.Open))
            file.SetLength((long)(file.Length * part));
        ReadAndRepair();
        AssertSetAside();
        Assert.Equal(_features.Length, ReadAndRepair());
    }

    [Fact]
    public void A_file_cut_to_nothing_is_a_new_store()
    {
        Fill();
        File.WriteAllBytes(StorePath, []);
        Assert.Equal(0, ReadAndRepair());
    }

    [Fact]
    public void Bytes_altered_anywhere_never_crash_and_never_give_wrong_features()
    {
        Fill();
        var sound = File.ReadAllBytes(StorePath);
        var random = new DeterministicRandom(1);
        var lost = 0;
        for (var round = 0; round < 40; round++)
        {
            foreach (var path in Directory.GetFiles(_folder.Path))
                File.Delete(path);
            var altered = (byte[])sound.Clone();

            // The first 100 bytes say what kind of file it is; they have their own tests.
            var start = 100 + random.NextInt(altered.Length - 100);
            var length = Math.Min(1 << random.NextInt(13), altered.Length - start);
            for (var i = 0; i < length; i++)
                altered[start + i] = (byte)random.NextInt(256);
            File.WriteAllBytes(StorePath, altered);
            lost += _features.Length - ReadAndWrite().Before;
            ReadAndWrite();
        }

        Assert.True(lost > 0);
    }

    [Fact]
    public void A_value_altered_by_one_bit_counts_as_absent_and_can_be_written_again()
    {
        Fill();
        Sql("UPDATE features SET value=CAST(substr(value,1,7)||x'41'||substr(value,9) AS BLOB) WHERE id=17");
        Assert.Equal(_features.Length - 1, ReadAndRepair());
        Assert.Equal(_features.Length, ReadAndRepair());
        Assert.Empty(_notices);
    }

    [Theory]
    [InlineData("UPDATE features SET checksum=checksum+1 WHERE id=17")]
    [InlineData("UPDATE features SET value=substr(value,1,length(value)-4) WHERE id=17")]
    [InlineData("UPDATE features SET value='text' WHERE id=17")]
    [InlineData("UPDATE features SET checksum='text' WHERE id=17")]
    [InlineData("UPDATE features SET (checksum,value)=(SELECT checksum,value FROM features WHERE id=18) WHERE id=17")]
    public void A_row_that_is_not_as_it_was_written_counts_as_absent(string sql)
    {
        Fill();
        Sql(sql);
        Assert.Equal(_features.Length - 1, ReadAndRepair());
        Assert.Equal(_features.Length, ReadAndRepair());
    }

    [Fact]
    public void Features_moved_to_another_space_count_as_absent()
    {
        Fill();
        var other = _space with { Weights = "others" };
        using (var store = FeatureStore.Open(StorePath, Options))
            store.Space(other);
        Sql("UPDATE features SET space=(SELECT max(id) FROM spaces)");
        using var again = FeatureStore.Open(StorePath, Options);
        Assert.Equal(0, SampleFeatures.AllRead(again.Space(other), _features));
        Assert.Equal(0, SampleFeatures.AllRead(again.Space(_space), _features));
    }

    [Theory]
    [InlineData("UPDATE spaces SET shape='oops'")]
    [InlineData("UPDATE spaces SET shape='99999999999x2'")]
    [InlineData("UPDATE spaces SET weights='others'")]
    public void An_altered_description_of_a_space_is_passed_over(string sql)
    {
        Fill();
        Sql(sql);
        using var store = FeatureStore.Open(StorePath, Options);
        Assert.Empty(store.Describe());
    }

    [Fact]
    public void Altered_dates_do_no_harm()
    {
        Fill();
        Sql("UPDATE spaces SET created=-9000000000000000000, used=9000000000000000000, error=-1, norm=1");
        using var store = FeatureStore.Open(StorePath, Options);
        Assert.Equal(_features.Length, Assert.Single(store.Describe()).Count);
    }

    [Fact]
    public void An_altered_verdict_counts_as_absent()
    {
        Fill();
        Sql("UPDATE verdicts SET reason='too large'");
        using var store = FeatureStore.Open(StorePath, Options);
        Assert.Null(store.Verdicts("rules").TryRead(_features[0].Hash));
    }

    [Fact]
    public void Missing_tables_are_damage()
    {
        Fill();
        Sql("DROP TABLE features");
        Assert.Equal(0, ReadAndRepair());
        AssertSetAside();
    }

    [Fact]
    public void A_store_of_a_newer_version_is_left_alone()
    {
        Fill();
        Sql("PRAGMA user_version=7");
        foreach (
            var open in (Func<string, FeatureStoreOptions, FeatureStore>[])
                [FeatureStore.Open, FeatureStore.OpenOrInMemory]
        )
        {
            var error = Assert.Throws<FeatureStoreException>(() => open(StorePath, Options));
            Assert.Equal(FeatureStoreProblem.NewerFormat, error.Problem);
            Assert.Contains("format 7", error.Message, StringComparison.Ordinal);
            Assert.Contains("Update Graft", error.Message, StringComparison.Ordinal);
        }

        Sql("PRAGMA user_version=1");
        Assert.Equal(_features.Length, ReadAndRepair());
    }

    [Fact]
    public void A_database_of_another_program_is_left_alone()
    {
        Sql("CREATE TABLE bookmarks(url)");
        var before = File.ReadAllBytes(StorePath);
        var error = Assert.Throws<FeatureStoreException>(() => FeatureStore.Open(StorePath, Options));
        Assert.Equal(FeatureStoreProblem.NotAStore, error.Problem);
        Assert.Equal(before, File.ReadAllBytes(StorePath));
    }

    [Fact]
    public void Damage_found_while_working_is_set_aside_too()
    {
        Fill();
        using var store = FeatureStore.Open(StorePath, Options);
        var table = store.Space(_space);
        Assert.True(table.Contains(_features[0].Hash));

        // Behind the open store's back, and past its cache: only the first page stays.
        using (var file = new FileStream(StorePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = 4096;
            file.Write(new byte[file.Length - 4096]);
        }

        foreach (var suffix in (string[])["-wal"])
        {
            using var log = new FileStream(StorePath + suffix, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            log.SetLength(0);
        }

        SampleFeatures.AllRead(table, _features);
        table.WriteBatch(_features);
        Assert.Equal(_features.Length, SampleFeatures.AllRead(table, _features));
        AssertSetAside();
    }

    [Fact]
    public void A_read_only_folder_is_explained_and_work_goes_on_in_memory()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Permissions of folders are set differently on Windows.");
            return;
        }

        // For root no folder of its own is read-only, but the kernel's are.
        var folder = Environment.IsPrivilegedProcess ? "/sys/kernel" : _folder.Path;
        if (!Directory.Exists(folder))
            Assert.Skip($"This system has no {folder}.");
        var mode = File.GetUnixFileMode(folder);
        if (!Environment.IsPrivilegedProcess)
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var path = Path.Combine(folder, "features.db");
            var error = Assert.Throws<FeatureStoreException>(() => FeatureStore.Open(path, Options));
            Assert.Equal(FeatureStoreProblem.Unwritable, error.Problem);
            Assert.Contains($"folder '{folder}' is read-only", error.Message, StringComparison.Ordinal);
            Assert.Contains("GRAFT_HOME", error.Message, StringComparison.Ordinal);

            using var store = FeatureStore.OpenOrInMemory(path, Options);
            Assert.Null(store.Path);
            Assert.Contains("in memory", Assert.Single(_notices), StringComparison.Ordinal);
            store.Space(_space).WriteBatch(_features);
            Assert.Equal(_features.Length, SampleFeatures.AllRead(store.Space(_space), _features));
            Assert.True(store.SizeBytes > Length * 4 * _features.Length);
        }
        finally
        {
            if (!Environment.IsPrivilegedProcess)
                File.SetUnixFileMode(folder, mode);
        }
    }

    [Fact]
    public void A_folder_in_the_files_place_is_explained()
    {
        Directory.CreateDirectory(StorePath);
        var error = Assert.Throws<FeatureStoreException>(() => FeatureStore.Open(StorePath, Options));
        Assert.Contains("It is a folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_store_says_so_and_keeps_what_it_has()
    {
        using var store = FeatureStore.Open(StorePath, Options);
        var table = store.Space(_space);
        table.WriteBatch([.. _features.Take(10)]);

        // SQLite's own limit of pages gives the same error as a full disk.
        store.Use((database, _) => database.Scalar("PRAGMA max_page_count=1"), 0);
        var error = Assert.Throws<FeatureStoreException>(() => table.WriteBatch(_features));
        Assert.Equal(FeatureStoreProblem.Unwritable, error.Problem);
        Assert.Contains("is full", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{_folder.Path}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(10, SampleFeatures.AllRead(table, _features));
    }

    [Fact]
    public void A_store_locked_for_too_long_says_so()
    {
        Fill();
        using var connection = new SqliteConnection($"Data Source={StorePath};Pooling=False");
        connection.Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        var error = Assert.Throws<FeatureStoreException>(() =>
        {
            using var store = FeatureStore.Open(
                StorePath,
                Options with
                {
                    BusyTimeout = TimeSpan.FromMilliseconds(100),
                }
            );
            store.Space(_space);
        });
        Assert.Equal(FeatureStoreProblem.Busy, error.Problem);
        Assert.Contains("Another process", error.Message, StringComparison.Ordinal);
    }
}
