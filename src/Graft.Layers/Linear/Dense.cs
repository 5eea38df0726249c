using Graft.Tensors;
using Graft.Tensors.Kernels.Gemm;

namespace Graft.Layers.Linear;

/// <summary>
/// Fully connected layer: <c>y = x * weight + bias</c>. Input <c>[batch, inputs]</c>, output <c>[batch, outputs]</c>, weight
/// <c>[inputs, outputs]</c>, bias <c>[outputs]</c>.
/// </summary>
public sealed class Dense : Layer
{
    /// <summary>Makes a layer with zero weights.</summary>
    /// <param name="inputs">Values of each input row.</param>
    /// <param name="outputs">Values of each output row.</param>
    public Dense(int inputs, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Inputs = inputs;
        Outputs = outputs;
        Weight = AddParameter("weight", ParameterRole.Weight, inputs, outputs);
        Bias = AddParameter("bias", ParameterRole.Bias, outputs);
    }

    /// <summary>Values of each input row.</summary>
    public int Inputs { get; }

    /// <summary>Values of each output row.</summary>
    public int Outputs { get; }

    /// <summary>The weight matrix, <c>[inputs, outputs]</c>.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, <c>[outputs]</c>.</summary>
    public Parameter Bias { get; }

    /// <inheritdoc/>
    public override string Configuration => $"inputs {Inputs}, outputs {Outputs}";

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank == 2 && inputs[0][1] == Inputs ? new Shape(inputs[0][0], Outputs) : throw Unsuitable(inputs[0], $"[batch, {Inputs}]");

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        using var packed = PackedMatrix.Pack(Weight.Value.Pointer, Inputs, Outputs);
        using var bias = Tensor.Zeros(new Shape(packed.PanelCount * packed.Kernel.Columns));
        Bias.Value.Span.CopyTo(bias.Span);
        var epilogue = Epilogue.None;
        epilogue.Bias = bias.Pointer;
        MatrixProduct.Run(new MatrixRows(pass.Input.Pointer, Inputs, Inputs), pass.Input.Shape[0], packed, pass.Output.Pointer, epilogue, pass.Workers);
    }

    /// <summary><c>dweight = x^T * dy</c>, <c>dbias = sum over the batch of dy</c>, <c>dx = dy * weight^T</c>.</summary>
    /// <inheritdoc/>
    public override unsafe void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        var batch = pass.Input.Shape[0];
        if (Weight.Trainable)
        {
            using var transposed = Transposed(pass.Input);
            using var packed = PackedMatrix.Pack(gradient.Pointer, batch, Outputs);
            var target = Weight.RequireGradient();
            var epilogue = Epilogue.None;
            epilogue.Residual = target.Pointer;
            MatrixProduct.Run(new MatrixRows(transposed.Pointer, batch, batch), Inputs, packed, target.Pointer, epilogue, pass.Workers);
        }

        if (Bias.Trainable)
            Gradients.AddColumnSums(gradient, Bias.RequireGradient());
        if (pass.InputGradients[0] is { } inputGradient)
        {
            using var packed = PackedMatrix.PackTransposed(Weight.Value.Pointer, 1, Outputs, Inputs);
            var epilogue = Epilogue.None;
            epilogue.Residual = inputGradient.Pointer;
            MatrixProduct.Run(new MatrixRows(gradient.Pointer, Outputs, Outputs), batch, packed, inputGradient.Pointer, epilogue, pass.Workers);
        }
    }

    private static Tensor Transposed(Tensor matrix)
    {
        var (rows, columns) = (matrix.Shape[0], matrix.Shape[1]);
        var transposed = Tensor.Uninitialized(new Shape(columns, rows));
        var from = matrix.Span;
        var to = transposed.Span;
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                to[(column * rows) + row] = from[(row * columns) + column];
        }

        return transposed;
    }
}
