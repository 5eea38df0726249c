using Microsoft.ML.OnnxRuntime;

namespace Graft.OnnxRuntime;

/// <summary>
/// The execution providers that a session has, in the order in which ONNX Runtime offers them each node of the graph.
/// </summary>
internal static class ProviderOrder
{
    private const string Cpu = "CPUExecutionProvider";
    private const string Cuda = "CUDAExecutionProvider";

    /// <summary>ONNX Runtime's names of the providers, the preferred one first. The CPU computes the rest.</summary>
    public static IReadOnlyList<string> Of(OnnxRuntimeProvider provider) =>
        provider switch
        {
            OnnxRuntimeProvider.Cpu => [Cpu],
            OnnxRuntimeProvider.Cuda => [Cuda, Cpu],
            OnnxRuntimeProvider.TensorRT => ["TensorrtExecutionProvider", Cuda, Cpu],
            OnnxRuntimeProvider.DirectML => ["DmlExecutionProvider", Cpu],
            OnnxRuntimeProvider.CoreML => ["CoreMLExecutionProvider", Cpu],
            OnnxRuntimeProvider.OpenVINO => ["OpenVINOExecutionProvider", Cpu],
            _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "There is no such provider."),
        };

    /// <summary>Adds the providers to a session's options, in order.</summary>
    public static void AddTo(SessionOptions options, OnnxRuntimeProvider provider)
    {
        foreach (var name in Of(provider))
        {
            switch (name)
            {
                case Cuda:
                    options.AppendExecutionProvider_CUDA(0);
                    break;
                case "TensorrtExecutionProvider":
                    options.AppendExecutionProvider_Tensorrt(0);
                    break;
                case "DmlExecutionProvider":
                    // DirectML demands both.
                    options.EnableMemoryPattern = false;
                    options.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
                    options.AppendExecutionProvider_DML(0);
                    break;
                case "CoreMLExecutionProvider":
                    options.AppendExecutionProvider_CoreML();
                    break;
                case "OpenVINOExecutionProvider":
                    options.AppendExecutionProvider_OpenVINO();
                    break;
                default:
                    // Every session has the CPU as its last provider.
                    break;
            }
        }
    }
}
