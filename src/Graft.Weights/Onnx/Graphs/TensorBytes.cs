using System.Buffers;
using System.Runtime.InteropServices;
using Graft.Tensors;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>A tensor's memory as bytes, so that a message can refer to it instead of holding a copy.</summary>
/// <param name="tensor">The tensor; must outlive this object.</param>
internal sealed class TensorBytes(Tensor tensor) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(tensor.Span);

    // The memory is native and never moves, so nothing needs to be pinned.
    public override unsafe MemoryHandle Pin(int elementIndex = 0) =>
        new(
            (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.Span))
                + elementIndex
        );

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }
}
