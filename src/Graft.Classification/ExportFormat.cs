namespace Graft.Classification;

/// <summary>What a model is written as.</summary>
public enum ExportFormat
{
    /// <summary>ONNX, for ONNX Runtime and most others.</summary>
    Onnx,

    /// <summary>Weights alone, by torchvision's names in PyTorch's orders.</summary>
    Safetensors,

    /// <summary>A TensorFlow.js layers model, for browsers.</summary>
    TensorFlowJs,

    /// <summary>Keras's architecture in JSON, with the weights beside it as safetensors.</summary>
    Json,
}
