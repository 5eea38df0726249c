namespace Graft.Cli.Rendering;

/// <summary>Names and values in two columns.</summary>
/// <param name="output">Where they go.</param>
internal sealed class FactList(TextWriter output)
{
    private readonly List<(string Name, string Value)> _facts = [];

    /// <summary>Adds a line.</summary>
    public void Add(string name, string value) => _facts.Add((name, value));

    /// <summary>Prints all lines.</summary>
    public void Print()
    {
        var width = _facts.Max(fact => fact.Name.Length);
        foreach (var (name, value) in _facts)
            output.WriteLine($"{name.PadRight(width)}  {value}");
    }
}
