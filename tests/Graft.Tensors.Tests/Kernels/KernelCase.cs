using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Tests.Kernels;

/// <summary>
/// What the kernel tests share: every tile kernel by name, and multiply-add as this processor does it.
/// </summary>
internal static class KernelCase
{
    public static TheoryData<string> Names => [.. TileKernel.All.Select(kernel => kernel.Name)];

    public static TileKernel Named(string name) => TileKernel.All.Single(kernel => kernel.Name == name);

    /// <summary>Whether kernels round once for a multiplication and an addition.</summary>
    public static bool IsFused { get; } =
        System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;

    public static float MultiplyAdd(float left, float right, float addend) =>
        IsFused ? MathF.FusedMultiplyAdd(left, right, addend) : (left * right) + addend;
}
