using Graft.Classification;
using Graft.Reports;

namespace Graft.Training.DataChecks;

/// <summary>
/// Writes the report of a data check as an HTML page: findings first, then charts, then the images concerned.
/// </summary>
internal sealed class DataCheckPage
{
    /// <summary>The maximum number of images or groups in a section; the JSON document lists all.</summary>
    private const int Shown = 36;

    private const int ShownInGroup = 8;
    private const int ShownSizes = 1500;
    private const int ShownBad = 500;

    private readonly DataCheckReport _report;
    private readonly CheckedImages _dataset;
    private readonly ExaminedImages _examined;
    private readonly ImageThumbnails _thumbnails = new(side: 160);

    private DataCheckPage(DataCheckReport report, CheckedImages dataset, ExaminedImages examined) =>
        (_report, _dataset, _examined) = (report, dataset, examined);

    /// <summary>Writes the page.</summary>
    public static void Write(
        string path,
        DataCheckReport report,
        CheckedImages dataset,
        ExaminedImages examined,
        CancellationToken cancellationToken
    )
    {
        var page = new DataCheckPage(report, dataset, examined).Build(cancellationToken);
        page.Write(path);
    }

    private HtmlPage Build(CancellationToken cancellationToken)
    {
        var page = new HtmlPage($"Data check: {Path.GetFileName(_report.Data)}", _report.Data)
        {
            Footer = Html.From($"Graft {GraftVersion.Current}, {DateTimeOffset.Now:yyyy-MM-dd HH:mm zzz}"),
        };
        page.Add("What stands out", Overview());
        page.Add("Classes", Classes());
        page.Add("Sizes and formats", Sizes());
        cancellationToken.ThrowIfCancellationRequested();
        if (_report.Leaks.Count > 0)
            page.Add("Leaks between splits", LeakedPhotos());
        if (_report.Contradictions.Count > 0)
            page.Add("The same image in two classes", Pairs(_report.Contradictions));
        cancellationToken.ThrowIfCancellationRequested();
        if (_report.Duplicates.Count > 0)
            page.Add("Duplicates", Duplicates());
        if (_report.SuspectedLabels is { Count: > 0 })
            page.Add("Suspected labels", Labels());
        cancellationToken.ThrowIfCancellationRequested();
        if (_report.SuspiciousImages.Count > 0)
            page.Add("Photos to look at", Suspicious());
        if (_report.BadImages.Count > 0)
            page.Add("Files that cannot be read", Bad());
        return page;
    }

    private Html Overview()
    {
        var figures = HeadlineFigures.Create(
            ($"{_report.Images:N0}", "files"),
            ($"{_report.Classes.Count:N0}", "classes"),
            ($"{_report.BadImages.Count:N0}", "unreadable"),
            ($"{_report.Leaks.Count(leak => leak.Kind != PairKind.Similar):N0}", "leaks"),
            ($"{_report.Duplicates.Count(pair => pair.Kind != PairKind.Similar):N0}", "duplicate pairs"),
            (_report.SuspectedLabels is { } labels ? $"{labels.Count:N0}" : "-", "suspected labels")
        );
        if (_report.Findings.Count == 0)
            return Html.Join(figures, Html.From($"<p class=\"good\">Nothing stands out.</p>"));
        var list = Html.Join(
            _report.Findings.Select(finding =>
                finding.Severity == FindingSeverity.Mend
                    ? Html.From($"<li><b class=\"bad\">Mend:</b> {finding.Text}</li>")
                    : Html.From($"<li>{finding.Text}</li>")
            )
        );
        return Html.Join(figures, Html.From($"<ul>{list}</ul>"));
    }

    private Html Classes() =>
        BarChart
            .Create(
                "Files of each class",
                "files",
                [
                    .. _report.Classes.SelectMany(item =>
                        item.Images.Select(split => new Bar(
                            item.Name,
                            split.Value,
                            item.Images.Count > 1 ? split.Key : null
                        ))
                    ),
                ]
            )
            .ToHtml();

    private Html Sizes()
    {
        var known = Enumerable.Range(0, _dataset.Images.Count).Where(i => _examined.Facts[i] is not null).ToArray();
        if (known.Length == 0)
            return Html.Empty;
        var step = Math.Max(1, known.Length / ShownSizes);
        var sizes = PointChart.Create(
            step == 1 ? "Size of each photo in pixels" : $"Size of every {step}th photo in pixels",
            known
                .Where((_, place) => place % step == 0)
                .Select(i => new ChartPoint(
                    _examined.Facts[i]!.Width,
                    _examined.Facts[i]!.Height,
                    _dataset.ClassNames[_dataset.Images[i].Label],
                    _dataset.Images[i].Name
                )),
            new()
            {
                XTitle = "width",
                YTitle = "height",
                FromZero = true,
            }
        );
        var means = ReportTable.Create(
            [new("class"), new("mean width", true), new("mean height", true), new("mean width / height", true)],
            _report.Classes.Select(
                IReadOnlyList<Html> (item) =>
                    [
                        Html.Text(item.Name),
                        Html.From($"{item.MeanWidth:0}"),
                        Html.From($"{item.MeanHeight:0}"),
                        Html.From($"{item.MeanAspect:0.00}"),
                    ]
            )
        );
        var kinds = ReportTable.Create(
            [new("property"), new("photos", true)],
            _report
                .Formats.Concat(_report.ColourModes)
                .Concat(
                    _report.Rotations.Select(item => new KeyValuePair<string, int>(
                        $"EXIF orientation {item.Key}",
                        item.Value
                    ))
                )
                .Select(IReadOnlyList<Html> (item) => [Html.Text(item.Key), Html.From($"{item.Value:N0}")])
        );
        return Html.Join((sizes with { Table = means }).ToHtml(), kinds);
    }

    private Html LeakedPhotos()
    {
        var pairs = _report
            .Leaks.OrderBy(leak => leak.Kind == PairKind.Similar)
            .ThenBy(leak => leak.Distance)
            .Take(Shown)
            .Select(leak =>
                ImageGrid.Group(
                    Html.From($"{Words(leak.Kind)}, distance {leak.Distance:0.000}"),
                    new[] { leak.Train, leak.Validation, leak.Test }.OfType<string>().Select(name => Card(name))
                )
            );
        return Html.Join(Rest(_report.Leaks.Count), ImageGrid.Groups(pairs));
    }

    private Html Pairs(IReadOnlyList<LikePhotos> pairs) =>
        Html.Join(
            Rest(pairs.Count),
            ImageGrid.Groups(
                pairs
                    .Take(Shown)
                    .Select(pair =>
                        ImageGrid.Group(
                            Html.From($"{Words(pair.Kind)}, distance {pair.Distance:0.000}"),
                            [Card(pair.First), Card(pair.Second)]
                        )
                    )
            )
        );

    private Html Duplicates()
    {
        var groups = DuplicateGroups.Compute(_dataset.Images.Count, _examined.Pairs);
        var kinds = _examined.Pairs.ToLookup(pair => groups[pair.First], pair => pair.Kind);
        var members = Enumerable
            .Range(0, groups.Length)
            .GroupBy(i => groups[i])
            .Where(group => group.Count() > 1)
            .OrderBy(group => kinds[group.Key].Min())
            .ThenByDescending(group => group.Count())
            .ThenBy(group => group.Key)
            .ToArray();
        var counts = ReportTable.Create(
            [new("kind"), new("pairs", true)],
            _report
                .Duplicates.GroupBy(pair => pair.Kind)
                .OrderBy(group => group.Key)
                .Select(IReadOnlyList<Html> (group) => [Html.Text(Words(group.Key)), Html.From($"{group.Count():N0}")])
        );
        var shown = members
            .Take(Shown)
            .Select(group =>
                ImageGrid.Group(
                    Html.From(
                        $"{group.Count()} photos: "
                            + $"{string.Join(", ", kinds[group.Key].Distinct().Order().Select(Words))}"
                    ),
                    group.Take(ShownInGroup).Select(Card)
                )
            );
        return Html.Join(counts, Rest(members.Length), ImageGrid.Groups(shown));
    }

    private Html Labels() =>
        Html.Join(
            Html.From(
                $"<p>Each photo was classified by a model trained without it, in five-fold cross-validation "
                    + $"(confident learning, Northcutt et al. 2021). The likeliest errors come first; many labels "
                    + $"further down are right, but their photos are unusual.</p>"
            ),
            Rest(_report.SuspectedLabels!.Count),
            ImageGrid.Create(
                _report
                    .SuspectedLabels!.Take(Shown)
                    .Select(label =>
                        Card(label.Path) with
                        {
                            Caption = Html.From(
                                $"labelled <b>{label.Label}</b><br>perhaps <b>{label.Suggested}</b><br>score "
                                    + $"{label.Score:0.000}"
                            ),
                        }
                    )
            )
        );

    private Html Suspicious() =>
        Html.Join(
            _report
                .SuspiciousImages.GroupBy(defect => defect.Kind)
                .Select(group =>
                    Html.Join(
                        Html.From($"<h3>{group.Key} ({group.Count():N0})</h3>"),
                        Rest(group.Count(), Shown / 3),
                        ImageGrid.Create(
                            group
                                .Take(Shown / 3)
                                .Select(defect => Card(defect.Path) with { Caption = Html.Text(defect.Detail) })
                        )
                    )
                )
        );

    private Html Bad() =>
        Html.Join(
            Rest(_report.BadImages.Count, ShownBad),
            ReportTable.Create(
                [new("file"), new("reason")],
                _report
                    .BadImages.Take(ShownBad)
                    .Select(
                        IReadOnlyList<Html> (image) =>
                            [Html.From($"<code>{image.Path}</code>"), Html.Text(image.Reason)]
                    )
            )
        );

    private ImageCard Card(string name) => Card(_dataset.Images.Index().First(image => image.Item.Name == name).Index);

    private ImageCard Card(int index)
    {
        var image = _dataset.Images[index];
        return new(_thumbnails.OfFile(image.Path), image.Name)
        {
            Caption = Html.From($"<b>{_dataset.ClassNames[image.Label]}</b>, {_dataset.SplitOf[index]}"),
        };
    }

    private static Html Rest(int count, int shown = Shown) =>
        count > shown
            ? Html.From(
                $"<p class=\"soft\">The first {shown} of {count:N0} are shown; 'graft data check --json' lists all.</p>"
            )
            : Html.Empty;

    private static string Words(PairKind kind) =>
        kind switch
        {
            PairKind.Exact => "the same file",
            PairKind.Reencoded => "re-encoded",
            PairKind.Resized => "resized",
            PairKind.Mirrored => "flipped",
            _ => "very similar",
        };
}
