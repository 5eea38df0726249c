namespace Graft.Testing.Oracles;

/// <summary>Convolution of NHWC images, straight from its formula.</summary>
public static class ConvolutionOracle
{
    /// <summary>The convolution.</summary>
    /// <param name="input"><c>[b, h, w, c]</c>.</param>
    /// <param name="weight"><c>[kernel height, kernel width, c / groups, o]</c>.</param>
    /// <param name="bias"><c>[o]</c>, or null.</param>
    /// <param name="window">Strides, dilation and padding.</param>
    /// <param name="groups">An output sees only the inputs of its own group.</param>
    public static DoubleTensor Apply(
        DoubleTensor input,
        DoubleTensor weight,
        DoubleTensor? bias,
        Window window,
        int groups = 1
    )
    {
        var (groupInputs, groupOutputs) = (input.Shape[3] / groups, weight.Shape[3] / groups);
        var output = new DoubleTensor(
            input.Shape[0],
            window.OutputHeight(input.Shape[1]),
            window.OutputWidth(input.Shape[2]),
            weight.Shape[3]
        );
        ForEachTerm(input, weight, output, window, (b, y, x, c, i, j, o, p, q) =>
        {
            if (c / groupInputs == o / groupOutputs)
                output[b, i, j, o] += input[b, y, x, c] * weight[p, q, c % groupInputs, o];
        });
        for (var i = 0; bias is not null && i < output.Values.Length; i++)
            output.Values[i] += bias.Values[i % weight.Shape[3]];
        return output;
    }

    /// <summary>The gradient by the input for a gradient by the output.</summary>
    public static DoubleTensor InputGradient(
        DoubleTensor input,
        DoubleTensor weight,
        DoubleTensor outputGradient,
        Window window
    )
    {
        var gradient = new DoubleTensor(input.Shape);
        ForEachTerm(input, weight, outputGradient, window, (b, y, x, c, i, j, o, p, q) =>
            gradient[b, y, x, c] += outputGradient[b, i, j, o] * weight[p, q, c, o]
        );
        return gradient;
    }

    private delegate void Term(
        int image,
        int y,
        int x,
        int channel,
        int outputY,
        int outputX,
        int outputChannel,
        int kernelY,
        int kernelX
    );

    private static void ForEachTerm(
        DoubleTensor input,
        DoubleTensor weight,
        DoubleTensor output,
        Window window,
        Term term
    )
    {
        for (var b = 0; b < output.Shape[0]; b++)
        for (var i = 0; i < output.Shape[1]; i++)
        for (var j = 0; j < output.Shape[2]; j++)
        for (var p = 0; p < weight.Shape[0]; p++)
        for (var q = 0; q < weight.Shape[1]; q++)
        {
            var y = (i * window.StrideHeight) + (p * window.DilationHeight) - window.Padding.Top;
            var x = (j * window.StrideWidth) + (q * window.DilationWidth) - window.Padding.Left;
            if (y < 0 || y >= input.Shape[1] || x < 0 || x >= input.Shape[2])
                continue;
            for (var c = 0; c < input.Shape[3]; c++)
            for (var o = 0; o < weight.Shape[3]; o++)
                term(b, y, x, c, i, j, o, p, q);
        }
    }
}
