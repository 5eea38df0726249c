using Graft.Tensors;

namespace Graft.Weights;

/// <summary>
/// An open file of named tensors, read on demand: safetensors or PyTorch. Thread-safe, except for
/// <see cref="IDisposable.Dispose"/>.
/// </summary>
public interface ITensorFile : IDisposable
{
    /// <summary>The path the file was opened with.</summary>
    string Path { get; }

    /// <summary>The names of all tensors, in the file's order.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>The shape of a tensor, or null when the file has none with that name.</summary>
    /// <param name="name">The tensor's name.</param>
    Shape? ShapeOf(string name);

    /// <summary>Reads a tensor, converted to float32 when it is stored otherwise.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>The tensor in row-major order; the caller owns it.</returns>
    /// <exception cref="WeightsFormatException">
    /// The file has no tensor with that name, or its elements cannot be converted to float32.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    Tensor Read(string name);
}
