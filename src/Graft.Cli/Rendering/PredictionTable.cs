using Graft.Classification;

namespace Graft.Cli.Rendering;

/// <summary>
/// Prints predictions as a table with one line per image, each as soon as it is known. For a single image, prints one
/// line per class instead.
/// </summary>
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

    /// <summary>Creates a table; prints nothing yet.</summary>
    /// <param name="output">Receives the table.</param>
    /// <param name="paths">The paths of all images; they decide the width of the first column.</param>
    /// <param name="classNames">The names of all classes.</param>
    /// <param name="top">The number of classes listed for each image.</param>
    public PredictionTable(TextWriter output, IReadOnlyList<string> paths, IReadOnlyList<string> classNames, int top)
    {
        _output = output;
        _labelWidth = Math.Max(Unknown.Length, classNames.Max(name => name.Length));
        _pathWidth = Math.Min(WidestPath, Math.Max("image".Length, paths.Max(path => path.Length)));
        _single = paths.Count == 1;
        _top = top;
    }

    /// <summary>Prints the answer for one image.</summary>
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
            _output.WriteLine($"  {Unknown}: unlike the training images; the likeliest classes are");
        foreach (var item in answer.Predictions ?? [])
            _output.WriteLine($"  {Cell(item)}");
        PrintDetails(answer);
    }

    /// <summary>Prints the prediction set and the similar training images, one line each, if requested.</summary>
    private void PrintDetails(ImageAnswer answer)
    {
        if (answer.Set is { } set)
            _output.WriteLine($"  possible classes: {string.Join(", ", set)}");
        if (answer.Nearest is { } nearest)
            _output.WriteLine($"  most similar: {string.Join(", ", nearest.Select(Named))}");
        if (answer.NearestOfRunnerUp is { Count: > 0 } others)
            _output.WriteLine($"  most similar of class {others[0].Label}: {string.Join(", ", others.Select(Named))}");

        static string Named(Neighbour neighbour) =>
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{neighbour.Path} (distance {neighbour.Distance:0.00})"
            );
    }

    private void PrintLine(ImageAnswer answer)
    {
        if (!_begun)
        {
            var headings = Enumerable
                .Range(1, _top)
                .Select(place => $"{(_top == 1 ? "class" : $"class {place}").PadRight(_labelWidth)}    prob.");
            _output.WriteLine($"{"image".PadRight(_pathWidth)}   {string.Join("   ", headings)}".TrimEnd());
            _begun = true;
        }

        var cells = answer.Predictions is { } predictions ? string.Join("   ", predictions.Select(Cell)) : answer.Error;
        if (answer.Unknown == true)
            cells = $"{Unknown}; {cells}";
        _output.WriteLine($"{answer.Path.PadRight(_pathWidth)}   {cells}".TrimEnd());
        PrintDetails(answer);
    }

    private string Cell(LabelProbability item) =>
        $"{item.Label.PadRight(_labelWidth)}  {Format.Percent(item.Probability), 7}";
}
