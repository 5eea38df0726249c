using Graft.Tensors.Kernels.Pooling;

namespace Graft.Layers.Pooling;

/// <summary>The largest value in each window; pixels outside the image are left out.</summary>
/// <param name="options">The window.</param>
public sealed class MaxPooling2D(Pooling2DOptions options) : Pooling2D(options)
{
    /// <inheritdoc/>
    public override unsafe void Forward(LayerPass pass) =>
        PoolingKernel.Maximum(Geometry(pass.Input.Shape), pass.Input.Shape[0], pass.Input.Pointer, pass.Output.Pointer, paddingIsZero: false, pass.Workers);

    /// <summary>Each output's gradient goes to the first input of its window that has the largest value.</summary>
    /// <inheritdoc/>
    public override void Backward(LayerPass pass)
    {
        if (pass.InputGradients[0] is not { } inputGradient)
            return;
        var geometry = Geometry(pass.Input.Shape);
        var gradient = pass.RequireOutputGradient();
        ForEachWindow(geometry, pass.Input.Shape[0], (place, rows, columns, image, channel) =>
        {
            for (var y = rows.Start.Value; y < rows.End.Value; y++)
            {
                for (var x = columns.Start.Value; x < columns.End.Value; x++)
                {
                    var source = (((((image * geometry.InputHeight) + y) * geometry.InputWidth) + x) * geometry.InputChannels) + channel;
                    if (pass.Input.Span[source] != pass.Output.Span[place])
                        continue;
                    inputGradient.Span[source] += gradient.Span[place];
                    return;
                }
            }
        });
    }
}
