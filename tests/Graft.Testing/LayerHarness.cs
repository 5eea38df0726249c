using Graft.Layers;
using Graft.Tensors;

namespace Graft.Testing;

/// <summary>
/// One check for every layer: forward against an oracle in double precision, and backward against numeric derivatives
/// of that oracle, by every element of every input and of every trainable parameter.
/// </summary>
public static class LayerHarness
{
    /// <summary>
    /// In double precision the error of a central difference of this step is far below that of float results.
    /// </summary>
    private const double Step = 1e-5;

    /// <summary>Runs the check. Parameters keep their values; gradients are made anew.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">Its inputs; the caller owns them.</param>
    /// <param name="oracle">What it should compute.</param>
    /// <param name="training">The mode.</param>
    /// <param name="tolerance">
    /// Allowed difference, relative to the largest magnitude of each compared tensor (at least 1).
    /// </param>
    /// <exception cref="InvalidOperationException">A result is wrong; the message says which.</exception>
    public static void Check(
        Layer layer,
        IReadOnlyList<Tensor> inputs,
        LayerOracle oracle,
        bool training = false,
        double tolerance = 1e-5
    )
    {
        var exactInputs = inputs.Select(DoubleTensor.From).ToArray();
        var exactParameters = layer.Parameters.Select(parameter => DoubleTensor.From(parameter.Value)).ToArray();
        using var workers = new WorkerPool(2);
        using var output = Tensor.Uninitialized(layer.OutputShape([.. inputs.Select(input => input.Shape)]));
        output.Span.Fill(float.NaN);
        var pass = new LayerPass(inputs, output, workers) { Training = training };
        layer.Forward(pass);
        Closeness.Demand(oracle(exactInputs, exactParameters), output, tolerance, $"{layer.Kind}: output");

        // Gradients are added to what is there already: start from something other than zero.
        var random = new DeterministicRandom(4711);
        using var outputGradient = RandomTensors.Uniform(output.Shape, random);
        var starts = inputs.Select(input => RandomTensors.Uniform(input.Shape, random)).ToArray();
        var gradients = starts.Select(start => start.Clone()).ToArray();
        foreach (var parameter in layer.Parameters.Where(parameter => parameter.Trainable))
            parameter.RequireGradient().Span.Fill(0.5f);
        pass.OutputGradient = outputGradient;
        pass.InputGradients = gradients;
        layer.Backward(pass);

        double Loss()
        {
            var result = oracle(exactInputs, exactParameters);
            var sum = 0.0;
            for (var i = 0; i < result.Values.Length; i++)
                sum += result.Values[i] * outputGradient.Span[i];
            return sum;
        }

        for (var i = 0; i < inputs.Count; i++)
        {
            var expected = Differentiate(exactInputs[i].Values, Loss);
            for (var j = 0; j < expected.Length; j++)
                expected[j] += starts[i].Span[j];
            Closeness.Demand(expected, gradients[i].Span, tolerance, $"{layer.Kind}: gradient by input {i}");
            gradients[i].Dispose();
            starts[i].Dispose();
        }

        for (var i = 0; i < exactParameters.Length; i++)
        {
            var parameter = layer.Parameters[i];
            if (!parameter.Trainable)
                continue;
            var expected = Differentiate(exactParameters[i].Values, Loss);
            for (var j = 0; j < expected.Length; j++)
                expected[j] += 0.5;
            Closeness.Demand(
                expected,
                parameter.RequireGradient().Span,
                tolerance,
                $"{layer.Kind}: gradient by {parameter.Name}"
            );
        }

        pass.Saved?.Dispose();
    }

    private static double[] Differentiate(double[] variables, Func<double> function)
    {
        var derivatives = new double[variables.Length];
        for (var i = 0; i < variables.Length; i++)
        {
            var value = variables[i];
            variables[i] = value + Step;
            var above = function();
            variables[i] = value - Step;
            var below = function();
            variables[i] = value;
            derivatives[i] = (above - below) / (2 * Step);
        }

        return derivatives;
    }
}
