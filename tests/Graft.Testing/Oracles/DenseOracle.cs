namespace Graft.Testing.Oracles;

/// <summary>Matrix products and dense layers.</summary>
public static class DenseOracle
{
    /// <summary><c>input * weight + bias</c>: <c>[b, i]</c>, <c>[i, o]</c>, <c>[o]</c> or null.</summary>
    public static DoubleTensor Apply(DoubleTensor input, DoubleTensor weight, DoubleTensor? bias = null)
    {
        var output = new DoubleTensor(input.Shape[0], weight.Shape[1]);
        for (var row = 0; row < input.Shape[0]; row++)
        for (var column = 0; column < weight.Shape[1]; column++)
        {
            for (var k = 0; k < weight.Shape[0]; k++)
                output[row, column] += input[row, k] * weight[k, column];
            output[row, column] += bias?.Values[column] ?? 0;
        }

        return output;
    }
}
