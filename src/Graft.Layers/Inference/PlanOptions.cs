namespace Graft.Layers.Inference;

/// <summary>How a network is compiled.</summary>
public sealed record PlanOptions
{
    /// <summary>
    /// Whether every convolution is the plain sum of its formula. Otherwise 3x3 convolutions with stride 1 may use
    /// Winograd's minimal filtering, which is much faster and adds a rounding error of the order of 1e-6 of the
    /// results' magnitude.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>
    /// The arithmetic that results depend on, for keys of stored features: plans of the same network and weights give
    /// the same bits where this text is the same.
    /// </summary>
    public string Numerics =>
        $"float32{(IsFused ? " fma" : string.Empty)}, {(Exact ? "direct" : "winograd 4x4, 3x3 and 2x2")}, 4";

    private static bool IsFused =>
        System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;
}
