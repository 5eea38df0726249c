namespace Graft.Classification;

/// <summary>The file formats for exported models.</summary>
public enum ExportFormat
{
    /// <summary>ONNX, for ONNX Runtime and most other programs.</summary>
    Onnx,

    /// <summary>Weights only, with torchvision's names and PyTorch's axis order.</summary>
    Safetensors,

    /// <summary>A TensorFlow.js layers model, for browsers.</summary>
    TensorFlowJs,

    /// <summary>A Keras architecture in JSON, with the weights in a separate safetensors file.</summary>
    Json,
}
