namespace Graft.Engines;

/// <summary>An engine that an <see cref="EngineSet"/> knows by name. Immutable.</summary>
/// <param name="Name">The name in commands and run folders, for example <c>onnxruntime</c>.</param>
/// <param name="Variants">The words that may follow the name after a colon, for example <c>cuda</c>.</param>
/// <param name="Create">
/// Creates the engine from one of the variants, or from null where none was named. It throws an
/// <see cref="EngineException"/> if the engine cannot be had on this machine.
/// </param>
public sealed record EngineEntry(string Name, IReadOnlyList<string> Variants, Func<string?, IEngine> Create);
