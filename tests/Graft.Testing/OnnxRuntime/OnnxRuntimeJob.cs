namespace Graft.Testing.OnnxRuntime;

/// <summary>A model to run with one input.</summary>
/// <param name="Model">The path of the ONNX file.</param>
/// <param name="Shape">The input's shape, batch first.</param>
/// <param name="Values">The input's values.</param>
public sealed record OnnxRuntimeJob(string Model, IReadOnlyList<int> Shape, ReadOnlyMemory<float> Values);

/// <summary>What ONNX Runtime answered.</summary>
/// <param name="InputName">The name of the model's input.</param>
/// <param name="OutputName">The name of the model's output.</param>
/// <param name="Shape">The output's shape.</param>
/// <param name="Values">The output's values.</param>
public sealed record OnnxRuntimeAnswer(string InputName, string OutputName, IReadOnlyList<int> Shape, float[] Values);
