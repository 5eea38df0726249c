using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;
using Graft.Tensors.Kernels.Gemm;
using Graft.Tensors.Kernels.Gradients;

namespace Graft.Layers.Linear;

/// <summary>
/// Fully connected layer: <c>y = x * weight + bias</c>, for each row of values. Input <c>[batch, inputs]</c> or
/// <c>[batch, tokens, inputs]</c>, output the same with <c>outputs</c> last, weight <c>[inputs, outputs]</c>, bias
/// <c>[outputs]</c>.
/// </summary>
public sealed class Dense : Layer
{
    /// <summary>Makes a layer with zero weights.</summary>
    /// <param name="inputs">The number of values in an input row.</param>
    /// <param name="outputs">The number of values in an output row.</param>
    public Dense(int inputs, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        Inputs = inputs;
        Outputs = outputs;
        Weight = AddParameter("weight", ParameterRole.Weight, inputs, outputs);
        Bias = AddParameter("bias", ParameterRole.Bias, outputs);
    }

    /// <summary>The number of values in an input row.</summary>
    public int Inputs { get; }

    /// <summary>The number of values in an output row.</summary>
    public int Outputs { get; }

    /// <summary>The weight matrix, <c>[inputs, outputs]</c>.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, <c>[outputs]</c>.</summary>
    public Parameter Bias { get; }

    /// <inheritdoc/>
    public override string Configuration => $"inputs {Inputs}, outputs {Outputs}";

    /// <inheritdoc/>
    public override BackwardReads BackwardReads => Weight.Trainable ? BackwardReads.Inputs : BackwardReads.Nothing;

    /// <inheritdoc/>
    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank is 2 or 3 && inputs[0][^1] == Inputs
            ? new Shape([.. inputs[0].Dimensions[..^1], Outputs])
            : throw Unsuitable(inputs[0], $"[batch, {Inputs}] or [batch, tokens, {Inputs}]");

    /// <inheritdoc/>
    public override Lowering Lower(IReadOnlyList<Shape> inputs) =>
        new ConvolutionLowering(Geometry(Rows(inputs[0]) / inputs[0][0]), Groups: 1, Weight.Value, Bias.Value);

    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass)
    {
        using var packed = PackedMatrix.Pack(
            new KernelView(Weight.Value.Pointer, 1, Inputs, Outputs),
            workers: pass.Workers
        );
        using var bias = Tensor.Zeros(new Shape(packed.PanelCount * packed.Kernel.Columns));
        Bias.Value.Span.CopyTo(bias.Span);
        var epilogue = Epilogue.None;
        epilogue.Bias = bias.Pointer;
        MatrixProduct.Run(
            new MatrixRows(pass.Input.Pointer, Inputs, Inputs),
            Rows(pass.Input.Shape),
            packed,
            pass.Output.Pointer,
            epilogue,
            pass.Workers
        );
    }

    /// <summary>
    /// <c>dweight = x^T * dy</c>, <c>dbias = sum over the batch of dy</c>, <c>dx = dy * weight^T</c>.
    /// </summary>
    /// <inheritdoc/>
    public override unsafe void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        var rows = Rows(pass.Input.Shape);
        if (Weight.Trainable)
        {
            WeightGradient.Add(
                Geometry(rows),
                1,
                pass.Input.Pointer,
                Inputs,
                gradient.Pointer,
                Outputs,
                Weight.RequireGradient().Pointer,
                pass.Workers
            );
        }

        if (Bias.Trainable)
            Gradients.AddColumnSums(gradient, Bias.RequireGradient(), pass.Workers);
        if (pass.InputGradients[0] is { } inputGradient)
        {
            using var packed = PackedMatrix.PackTransposed(
                Weight.Value.Pointer,
                Outputs,
                Inputs,
                workers: pass.Workers
            );
            var epilogue = Epilogue.None;
            epilogue.Residual = inputGradient.Pointer;
            MatrixProduct.Run(
                new MatrixRows(gradient.Pointer, Outputs, Outputs),
                rows,
                packed,
                inputGradient.Pointer,
                epilogue,
                pass.Workers
            );
        }
    }

    private static int Rows(Shape input) => input.Rank == 2 ? input[0] : input[0] * input[1];

    /// <summary>The sizes of a 1x1 convolution that treats rows as an image one pixel high.</summary>
    private ConvolutionGeometry Geometry(int rows) =>
        new()
        {
            InputHeight = 1,
            InputWidth = rows,
            InputChannels = Inputs,
            OutputChannels = Outputs,
            KernelHeight = 1,
            KernelWidth = 1,
        };
}
