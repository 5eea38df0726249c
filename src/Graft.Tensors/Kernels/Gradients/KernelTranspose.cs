namespace Graft.Tensors.Kernels.Gradients;

/// <summary>A convolution's kernel as the convolution needs it that carries the gradient back: turned round, inputs and outputs swapped.</summary>
internal static unsafe class KernelTranspose
{
    /// <summary>Rows and columns that are exchanged at a time, so that both sides' cache lines are used up.</summary>
    private const int Block = 16;

    /// <summary><c>target[taps - 1 - t][o][i] = source[t][i][o]</c>.</summary>
    /// <param name="source">The kernel, <c>[taps][inputs][outputs]</c>.</param>
    /// <param name="target">Gets the result.</param>
    /// <param name="taps">Taps.</param>
    /// <param name="inputs">Input channels of each group.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="workers">The threads to run on.</param>
    public static void Run(float* source, float* target, int taps, int inputs, int outputs, WorkerPool workers)
    {
        var blocks = (inputs + Block - 1) / Block;
        workers.Run(taps * blocks, (task, _) =>
        {
            var (tap, block) = Math.DivRem(task, blocks);
            var from = source + ((nint)tap * inputs * outputs);
            var to = target + ((nint)(taps - 1 - tap) * inputs * outputs);
            var first = block * Block;
            var end = Math.Min(inputs, first + Block);
            for (var outputStart = 0; outputStart < outputs; outputStart += Block)
            {
                var outputEnd = Math.Min(outputs, outputStart + Block);
                for (var output = outputStart; output < outputEnd; output++)
                {
                    for (var input = first; input < end; input++)
                        to[((nint)output * inputs) + input] = from[((nint)input * outputs) + output];
                }
            }
        });
    }
}
