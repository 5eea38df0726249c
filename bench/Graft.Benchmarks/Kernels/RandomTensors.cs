using Graft.Tensors;

namespace Graft.Benchmarks.Kernels;

/// <summary>Operands of ordinary size.</summary>
internal static class RandomTensors
{
    /// <summary>Values from -1 to 1.</summary>
    public static Tensor Uniform(ulong seed, params int[] dimensions)
    {
        var tensor = Tensor.Uninitialized(new Shape(dimensions));
        var random = new DeterministicRandom(seed);
        foreach (ref var value in tensor.Span)
            value = (2 * random.NextSingle()) - 1;
        return tensor;
    }
}
