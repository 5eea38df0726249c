using FsCheck;
using FsCheck.Fluent;
using Graft.Data;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Testing;
using Graft.Training.DataChecks;

namespace Graft.Training.Tests.DataChecks;

public sealed class DataSplitTests : IDisposable
{
    private static readonly double[] Ratios = [0.5, 0.25, 0.25];

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerPool _workers = new(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Groups_stay_together_and_shares_are_met_class_by_class()
    {
        var cases = (
            from count in Gen.Choose(8, 120)
            from labels in Gen.Choose(0, 2).ArrayOf(count)
            from groups in Gen.Choose(0, count).ArrayOf(count)
            from seed in Gen.Choose(0, 1000)
            select (labels, groups, seed)
        ).ToArbitrary();
        Prop.ForAll(cases, item =>
            {
                string[] keys = [.. item.groups.Select((group, i) => $"{group}-{item.labels[i]}")];
                var splits = DataSplit.Divide(item.labels, keys, Ratios, (ulong)item.seed);
                var together = keys.Zip(splits)
                    .GroupBy(pair => pair.First)
                    .All(group => group.Select(pair => pair.Second).Distinct().Count() == 1);
                var largest = keys.GroupBy(key => key).Max(group => group.Count());
                var met = Enumerable
                    .Range(0, 3)
                    .All(label =>
                    {
                        var members = Enumerable.Range(0, splits.Length).Where(i => item.labels[i] == label).ToArray();
                        return Enumerable
                            .Range(0, 3)
                            .All(split =>
                                Math.Abs(members.Count(i => splits[i] == split) - (Ratios[split] * members.Length))
                                <= (2 * largest) + 2
                            );
                    });
                return together
                    && met
                    && splits.SequenceEqual(DataSplit.Divide(item.labels, keys, Ratios, (ulong)item.seed));
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_folder_becomes_a_manifest_or_a_folder_of_links_or_copies_alike()
    {
        Put();
        var manifest = Split(_folder["out/list.csv"], copy: false, "out/list.csv");
        var links = Split(_folder["links"], copy: false, "links");
        var copies = Split(_folder["copies"], copy: true, "copies");
        Assert.Equal(links.Classes["a"], copies.Classes["a"]);
        Assert.Equal(manifest.Classes["b"], copies.Classes["b"]);
        Assert.Equal((1, 2), (manifest.Groups, manifest.GroupedImages));
        Assert.Equal("text.jpg", Path.GetFileName(Assert.Single(manifest.BadImages).Path));

        var (fromList, fromLinks, fromCopies) = (Scan("out/list.csv"), Scan("links"), Scan("copies"));
        Assert.Equal((9, 4, 4), (fromList.Training.Count, fromList.Validation.Count, fromList.Test.Count));
        foreach (var other in new[] { fromLinks, fromCopies })
        {
            Assert.Equal(Content(fromList.Training), Content(other.Training));
            Assert.Equal(Content(fromList.Validation), Content(other.Validation));
            Assert.Equal(Content(fromList.Test), Content(other.Test));
        }

        Assert.NotNull(new FileInfo(fromLinks.Training[0].Path).LinkTarget);
        Assert.Null(new FileInfo(fromCopies.Training[0].Path).LinkTarget);

        // Names do not matter, and what is divided already is put together first.
        File.Move(
            fromCopies.Training[0].Path,
            Path.Combine(Path.GetDirectoryName(fromCopies.Training[0].Path)!, "zzz.png")
        );
        DataSplit.Run(
            new GraftHome(_folder["home"]),
            _workers,
            Request(_folder["copies"], _folder["again.csv"], copy: false),
            null,
            Token
        );
        var again = Scan("again.csv");
        Assert.Equal(Content(fromList.Test), Content(again.Test));
    }

    [Fact]
    public void What_is_in_the_way_stays_as_it_is()
    {
        Put();
        _folder.Put("full/file.txt");
        Assert.Contains("not empty", Error(_folder["full"], copy: false), StringComparison.Ordinal);
        Assert.Contains("inside", Error(_folder["data/split"], copy: false), StringComparison.Ordinal);
        Assert.Contains("copy", Error(_folder["list.csv"], copy: true), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() =>
            DataSplit.Run(
                new GraftHome(_folder["home"]),
                _workers,
                Request(_folder["data"], _folder["x"], false) with
                {
                    Ratios = [0.5, 0.6, 0.1],
                },
                null,
                Token
            )
        );

        string Error(string output, bool copy) =>
            Assert
                .Throws<DatasetException>(() =>
                    DataSplit.Run(
                        new GraftHome(_folder["home"]),
                        _workers,
                        Request(_folder["data"], output, copy),
                        null,
                        Token
                    )
                )
                .Message;
    }

    private DataSplitReport Split(string output, bool copy, string name)
    {
        var report = DataSplit.Run(
            new GraftHome(_folder["home"]),
            _workers,
            Request(_folder["data"], output, copy),
            null,
            Token
        );
        Assert.Equal(_folder[name], report.Output);
        return report;
    }

    private ImageDataset Scan(string name) => ImageDataset.Scan(_folder[name], cancellationToken: Token);

    private static DataSplitRequest Request(string data, string output, bool copy) =>
        new()
        {
            Data = data,
            Output = output,
            Copy = copy,
            Seed = 3,
            Ratios = Ratios,
            Examination = new() { WithoutFeatures = true },
        };

    private static string[] Content(IReadOnlyList<ImageSample> images) =>
        [
            .. images
                .Select(image => Convert.ToBase64String(File.ReadAllBytes(image.Path)))
                .Order(StringComparer.Ordinal),
        ];

    private void Put()
    {
        for (var i = 0; i < 8; i++)
        {
            _folder.PutScene($"data/a/{i}.png", 2, (ulong)(11 * i), 100 + i, 90 - (3 * i));
            _folder.PutScene($"data/b/{i}.png", 1, (ulong)(500 + (11 * i)), 90, 100 - (2 * i));
        }

        Directory.CreateDirectory(_folder["data/b/more"]);
        File.Copy(_folder["data/b/5.png"], _folder["data/b/more/5.png"]);
        _folder.Put("data/a/text.jpg");
    }
}
