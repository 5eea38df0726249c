namespace Graft.Weights;

/// <summary>
/// Padding by which a window with a stride gives <c>ceil(size / stride)</c> outputs: "same" in Keras and ONNX.
/// </summary>
internal static class SamePadding
{
    /// <summary>The pixels before and behind an image, in one direction; an odd one is behind.</summary>
    /// <param name="size">Pixels of the image.</param>
    /// <param name="kernel">Taps of the window.</param>
    /// <param name="stride">From one window to the next.</param>
    /// <param name="dilation">From one tap to the next.</param>
    public static (int Before, int Behind) Compute(int size, int kernel, int stride, int dilation = 1)
    {
        var outputs = (size + stride - 1) / stride;
        var total = (int)
            Math.Clamp(((long)(outputs - 1) * stride) + ((long)(kernel - 1) * dilation) + 1 - size, 0, int.MaxValue);
        return (total / 2, total - (total / 2));
    }
}
