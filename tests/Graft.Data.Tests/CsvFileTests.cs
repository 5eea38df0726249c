using FsCheck;
using FsCheck.Fluent;
using Graft.Testing;
using Graft.Weights.Csv;

namespace Graft.Data.Tests;

public sealed class CsvFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_text_is_read_back_as_it_was_written_here_and_by_the_letter_of_the_standard() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(NonNull<string>, NonNull<string>)[]>(), rows =>
            {
                string[][] table = [.. rows.Select(row => (string[])[Valid(row.Item1.Get), Valid(row.Item2.Get)])];
                CsvFile.Write(_folder["table.csv"], ["a", "b, \"c\""], table);
                var read = CsvFile.Read(_folder["table.csv"]);
                Assert.Equal(["a", "b, \"c\""], read[0]);
                Assert.Equal(table, read.Skip(1));
                Assert.Equal(
                    table.Select(row => row[1]),
                    CsvTable.Read(_folder["table.csv"]).Select(row => row["b, \"c\""])
                );
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Lines_may_end_as_on_Unix_and_the_last_one_not_at_all()
    {
        File.WriteAllText(_folder["table.csv"], "a,b\n1,\"x\ny\"\n2,z");
        Assert.Equal(
            [
                ["a", "b"],
                ["1", "x\ny"],
                ["2", "z"],
            ],
            CsvFile.Read(_folder["table.csv"])
        );
    }

    /// <summary>Half a surrogate pair cannot be written as UTF-8.</summary>
    private static string Valid(string text) => string.Concat(text.Where(letter => !char.IsSurrogate(letter)));
}
