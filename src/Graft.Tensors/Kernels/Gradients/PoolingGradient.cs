using Graft.Tensors.Kernels.Convolution;

namespace Graft.Tensors.Kernels.Gradients;

/// <summary>Gradients of pooling, vectorised along the channels; images are divided among the threads.</summary>
internal static unsafe class PoolingGradient
{
    /// <summary>The number of channels of an image in a task.</summary>
    private const int TaskChannels = 64;

    /// <summary>Adds each output's gradient to the first of the largest inputs in its window.</summary>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="input">The images.</param>
    /// <param name="output">The largest values.</param>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="inputGradient">The gradients are added to it.</param>
    /// <param name="workers">The worker threads.</param>
    public static void AddMaximum(
        ConvolutionGeometry geometry,
        int batch,
        float* input,
        float* output,
        float* outputGradient,
        float* inputGradient,
        WorkerPool workers
    ) =>
        Run(
            geometry,
            batch,
            new Operands((nint)input, (nint)output, (nint)outputGradient, (nint)inputGradient, CountsPadding: false),
            workers
        );

    /// <summary>Adds each output's gradient to the inputs of its window in equal shares.</summary>
    /// <param name="geometry">The sizes of the operation.</param>
    /// <param name="batch">The number of images.</param>
    /// <param name="outputGradient">The gradient with respect to the output.</param>
    /// <param name="inputGradient">The gradients are added to it.</param>
    /// <param name="countPadding">
    /// Whether padding counts as zeros in the mean; otherwise the mean is over the pixels inside the image.
    /// </param>
    /// <param name="workers">The worker threads.</param>
    public static void AddAverage(
        ConvolutionGeometry geometry,
        int batch,
        float* outputGradient,
        float* inputGradient,
        bool countPadding,
        WorkerPool workers
    ) => Run(geometry, batch, new Operands(0, 0, (nint)outputGradient, (nint)inputGradient, countPadding), workers);

    private static void Run(ConvolutionGeometry geometry, int batch, Operands operands, WorkerPool workers)
    {
        var parts = (geometry.InputChannels + TaskChannels - 1) / TaskChannels;
        workers.Run(batch * parts, (task, _) =>
        {
            var (image, part) = Math.DivRem(task, parts);
            var channel = part * TaskChannels;
            VectorWidth.ForEach(
                Math.Min(TaskChannels, geometry.InputChannels - channel),
                new ChannelKernel(geometry, image, operands, channel)
            );
        });
    }

    private readonly struct ChannelKernel(ConvolutionGeometry geometry, int image, Operands operands, int firstChannel)
        : IVectorKernel
    {
        public void Run<TWidth, TVector>(int index)
            where TWidth : struct, IVectorWidth<TVector>
            where TVector : struct
        {
            var channel = firstChannel + index;
            var inputStart = ((nint)image * geometry.InputPixels * geometry.InputChannels) + channel;
            var place = ((nint)image * geometry.OutputPixels * geometry.InputChannels) + channel;
            for (var y = 0; y < geometry.OutputHeight; y++)
            {
                var rows = Inside(
                    (y * geometry.StrideHeight) - geometry.PaddingTop,
                    geometry.KernelHeight,
                    geometry.InputHeight
                );
                for (var x = 0; x < geometry.OutputWidth; x++, place += geometry.InputChannels)
                {
                    var columns = Inside(
                        (x * geometry.StrideWidth) - geometry.PaddingLeft,
                        geometry.KernelWidth,
                        geometry.InputWidth
                    );
                    Window<TWidth, TVector>(geometry, operands, inputStart, place, rows, columns);
                }
            }
        }
    }

    private static void Window<TWidth, TVector>(
        ConvolutionGeometry geometry,
        Operands operands,
        nint inputStart,
        nint place,
        (int Start, int End) rows,
        (int Start, int End) columns
    )
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var gradient = TWidth.Load((float*)operands.OutputGradient + place);
        var target = (float*)operands.InputGradient;
        if (operands.Input == 0)
        {
            var count = operands.CountsPadding
                ? geometry.Taps
                : (rows.End - rows.Start) * (columns.End - columns.Start);
            gradient = TWidth.Multiply(gradient, TWidth.Broadcast(1f / count));
        }

        for (var y = rows.Start; y < rows.End; y++)
        {
            for (var x = columns.Start; x < columns.End; x++)
            {
                var source = inputStart + ((((nint)y * geometry.InputWidth) + x) * geometry.InputChannels);
                var share = gradient;
                if (operands.Input != 0)
                {
                    // Only the first maximum of a window receives the gradient.
                    share = TWidth.WhereEqual(
                        TWidth.Load((float*)operands.Input + source),
                        TWidth.Load((float*)operands.Output + place),
                        gradient
                    );
                    gradient = TWidth.Subtract(gradient, share);
                }

                TWidth.Store(target + source, TWidth.Add(TWidth.Load(target + source), share));
            }
        }
    }

    private static (int Start, int End) Inside(int first, int size, int limit) =>
        (Math.Clamp(first, 0, limit), Math.Clamp(first + size, 0, limit));

    private readonly record struct Operands(
        nint Input,
        nint Output,
        nint OutputGradient,
        nint InputGradient,
        bool CountsPadding
    );
}
