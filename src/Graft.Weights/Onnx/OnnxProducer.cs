namespace Graft.Weights.Onnx;

/// <summary>The program that wrote an ONNX file, as the file states it. Immutable; compared by value.</summary>
/// <param name="Name">The program's name, for example <c>graft</c>; may be empty.</param>
/// <param name="Version">The program's version, for example <c>0.1.0</c>; may be empty.</param>
public sealed record OnnxProducer(string Name, string Version)
{
    /// <summary>This version of Graft.</summary>
    public static OnnxProducer Graft { get; } =
        new("graft", typeof(OnnxProducer).Assembly.GetName().Version!.ToString(3));
}
