namespace Graft.OnnxRuntime;

/// <summary>
/// The execution provider of ONNX Runtime that computes a network, as far as it can. See ONNX Runtime's documentation,
/// "Execution Providers".
/// </summary>
public enum OnnxRuntimeProvider
{
    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>NVIDIA's GPUs with CUDA.</summary>
    Cuda,

    /// <summary>NVIDIA's GPUs with TensorRT; CUDA computes what TensorRT cannot.</summary>
    TensorRT,

    /// <summary>GPUs of any maker on Windows, with DirectML.</summary>
    DirectML,

    /// <summary>Apple's processors, GPUs and neural engines, with Core ML.</summary>
    CoreML,

    /// <summary>Intel's processors and GPUs, with OpenVINO.</summary>
    OpenVINO,
}
