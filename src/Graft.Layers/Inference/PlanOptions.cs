namespace Graft.Layers.Inference;

/// <summary>The options for compiling a network.</summary>
public sealed record PlanOptions
{
    /// <summary>
    /// Whether every convolution is computed as the plain sum in its formula. Otherwise 3x3 convolutions with stride 1
    /// may use Winograd's minimal filtering, which is much faster and adds a rounding error in the order of 1e-6 of the
    /// results' magnitude.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>
    /// Identifies the arithmetic, for the keys of stored features. Plans of the same network and weights with the same
    /// text give the same bits.
    /// </summary>
    public string Numerics =>
        $"float32{(IsFused ? " fma" : string.Empty)}, {(Exact ? "direct" : "winograd 4x4, 3x3 and 2x2")}, 4";

    private static bool IsFused =>
        System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;
}
