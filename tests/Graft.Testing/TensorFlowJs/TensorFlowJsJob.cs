namespace Graft.Testing.TensorFlowJs;

/// <summary>A model to run with one input.</summary>
/// <param name="Model">The path of <c>model.json</c>, or <c>nsfwjs:NAME</c> for a model inside that package.</param>
/// <param name="Shape">The input's shape, batch first.</param>
/// <param name="Values">The input's values.</param>
/// <param name="Unpack">The folder that a model inside the package is unpacked to.</param>
public sealed record TensorFlowJsJob(
    string Model,
    IReadOnlyList<int> Shape,
    ReadOnlyMemory<float> Values,
    string? Unpack = null
);

/// <summary>What TensorFlow.js answered.</summary>
/// <param name="Shape">The output's shape.</param>
/// <param name="Values">The output's values.</param>
public sealed record TensorFlowJsAnswer(IReadOnlyList<int> Shape, float[] Values);
