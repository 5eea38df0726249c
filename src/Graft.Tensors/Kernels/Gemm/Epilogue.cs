namespace Graft.Tensors.Kernels.Gemm;

/// <summary>
/// The operations applied to each result of a product before it is written: <c>clamp(sum + bias + residual)</c>.
/// </summary>
internal unsafe struct Epilogue
{
    /// <summary>Adds nothing and clamps nothing.</summary>
    public static Epilogue None => new() { Minimum = float.NegativeInfinity, Maximum = float.PositiveInfinity };

    /// <summary>A value for each column, readable up to a multiple of the panel's width; or null.</summary>
    public float* Bias;

    /// <summary>A matrix laid out like the output; or null.</summary>
    public float* Residual;

    /// <summary>Smaller results are raised to this: 0 for ReLU.</summary>
    public float Minimum;

    /// <summary>Larger results are lowered to this: 6 for ReLU6.</summary>
    public float Maximum;
}
