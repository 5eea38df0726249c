using Graft.Weights.PyTorch;
using Graft.Weights.Safetensors;

namespace Graft.Weights.Formats;

/// <summary>Opens files of named tensors by what they begin with, whatever they are called.</summary>
public static class TensorFile
{
    /// <summary>Opens a safetensors file or a PyTorch state file (<c>.pth</c>, <c>.pt</c>, <c>.bin</c>).</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">The file is neither, or breaks a rule of its format.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ITensorFile Open(string path) =>
        PyTorchFile.Recognizes(path) ? PyTorchFile.Open(path) : SafetensorsFile.Open(path);
}
