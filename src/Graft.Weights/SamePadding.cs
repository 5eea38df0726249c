namespace Graft.Weights;

/// <summary>
/// "Same" padding, as in Keras and ONNX: with it, a window with a stride gives <c>ceil(size / stride)</c> outputs.
/// </summary>
internal static class SamePadding
{
    /// <summary>The padding before and after an image along one axis, in pixels; an odd pixel goes after.</summary>
    /// <param name="size">Size of the image along this axis in pixels.</param>
    /// <param name="kernel">Number of taps of the window along this axis.</param>
    /// <param name="stride">Distance from one window to the next.</param>
    /// <param name="dilation">Distance from one tap to the next.</param>
    public static (int Before, int Behind) Compute(int size, int kernel, int stride, int dilation = 1)
    {
        var outputs = (size + stride - 1) / stride;
        var total = (int)
            Math.Clamp(((long)(outputs - 1) * stride) + ((long)(kernel - 1) * dilation) + 1 - size, 0, int.MaxValue);
        return (total / 2, total - (total / 2));
    }
}
