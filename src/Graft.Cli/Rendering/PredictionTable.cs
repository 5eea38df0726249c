using Graft.Classification;

namespace Graft.Cli.Rendering;

/// <summary>Predictions as a table, a line an image as soon as it is known; of a single image a line a class.</summary>
internal sealed class PredictionTable
{
    private const int WidestPath = 60;

    private const string Unknown = "unknown";

    private readonly TextWriter _output;
    private readonly int _labelWidth;
    private readonly int _pathWidth;
    private readonly bool _single;
    private readonly int _top;
    private bool _begun;

    /// <summary>Makes a table; nothing is printed yet.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="paths">All images.</param>
    /// <param name="classNames">All classes.</param>
    /// <param name="top">How many classes an image is shown with.</param>
    public PredictionTable(TextWriter output, IReadOnlyList<string> paths, IReadOnlyList<string> classNames, int top)
    {
        _output = output;
        _labelWidth = Math.Max(Unknown.Length, classNames.Max(name => name.Length));
        _pathWidth = Math.Min(WidestPath, Math.Max("image".Length, paths.Max(path => path.Length)));
        _single = paths.Count == 1;
        _top = top;
    }

    /// <summary>Prints an image's line.</summary>
    public void Print(ImageAnswer answer)
    {
        if (_single)
            PrintSingle(answer);
        else
            PrintLine(answer);
    }

    private void PrintSingle(ImageAnswer answer)
    {
        _output.WriteLine(answer.Path);
        if (answer.Predictions is null)
            _output.WriteLine($"  {answer.Error}");
        if (answer.Unknown == true)
            _output.WriteLine($"  {Unknown}: unlike the training photos; the nearest classes are");
        foreach (var item in answer.Predictions ?? [])
            _output.WriteLine($"  {Cell(item)}");
        PrintDetails(answer);
    }

    /// <summary>What was asked for besides classes, a line each.</summary>
    private void PrintDetails(ImageAnswer answer)
    {
        if (answer.Set is { } set)
            _output.WriteLine($"  may be {string.Join(" or ", set)}");
        if (answer.Nearest is { } nearest)
            _output.WriteLine($"  most like {string.Join(", ", nearest.Select(Named))}");
        if (answer.NearestOfRunnerUp is { Count: > 0 } others)
            _output.WriteLine($"  of {others[0].Label} most like {string.Join(", ", others.Select(Named))}");

        static string Named(Neighbour photo) =>
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{photo.Path} (distance {photo.Distance:0.00})"
            );
    }

    private void PrintLine(ImageAnswer answer)
    {
        if (!_begun)
        {
            var headings = Enumerable
                .Range(1, _top)
                .Select(place => $"{(_top == 1 ? "class" : $"class {place}").PadRight(_labelWidth)}    share");
            _output.WriteLine($"{"image".PadRight(_pathWidth)}   {string.Join("   ", headings)}".TrimEnd());
            _begun = true;
        }

        var cells = answer.Predictions is { } predictions ? string.Join("   ", predictions.Select(Cell)) : answer.Error;
        if (answer.Unknown == true)
            cells = $"{Unknown}, else {cells}";
        _output.WriteLine($"{answer.Path.PadRight(_pathWidth)}   {cells}".TrimEnd());
        PrintDetails(answer);
    }

    private string Cell(LabelProbability item) =>
        $"{item.Label.PadRight(_labelWidth)}  {Format.Percent(item.Probability), 7}";
}
