namespace Graft.Testing;

/// <summary>What a layer should compute, in double precision.</summary>
/// <param name="inputs">The inputs.</param>
/// <param name="parameters">The layer's parameters, in its order.</param>
public delegate DoubleTensor LayerOracle(IReadOnlyList<DoubleTensor> inputs, IReadOnlyList<DoubleTensor> parameters);
