namespace Graft.Cli.Rendering;

/// <summary>Prints names and values in two columns.</summary>
/// <param name="output">Receives the lines.</param>
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
