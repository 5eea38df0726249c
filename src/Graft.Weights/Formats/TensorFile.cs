using Graft.Weights.PyTorch;
using Graft.Weights.Safetensors;

namespace Graft.Weights.Formats;

/// <summary>Opens files of named tensors. The file's signature decides the format, not its extension.</summary>
public static class TensorFile
{
    /// <summary>Opens a safetensors file or a PyTorch state file (<c>.pth</c>, <c>.pt</c>, <c>.bin</c>).</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">The file has neither format, or is invalid.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission to read the file is denied.</exception>
    public static ITensorFile Open(string path) =>
        PyTorchFile.Recognizes(path) ? PyTorchFile.Open(path) : SafetensorsFile.Open(path);
}
