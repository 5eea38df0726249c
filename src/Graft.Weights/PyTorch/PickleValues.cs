using Graft.Tensors;

namespace Graft.Weights.PyTorch;

/// <summary>An allowed name that a pickle refers to.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>A sequence of elements, stored in one entry of the archive. Several tensors may share it.</summary>
/// <param name="ElementType">PyTorch's name of the storage type, for example <c>torch.FloatStorage</c>.</param>
/// <param name="Key">The name of the archive's entry under <c>data/</c>.</param>
/// <param name="Length">The number of elements.</param>
internal sealed record PickleStorage(string ElementType, string Key, long Length);

/// <summary>A view of a storage. Its bounds have been checked.</summary>
/// <param name="Storage">The storage with the elements.</param>
/// <param name="Offset">The index of the first element in the storage.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Strides">For each dimension, the distance from one element to the next, in elements.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, Shape Shape, long[] Strides);

/// <summary>A tuple or a list.</summary>
internal sealed class PickleSequence : List<object?>;

/// <summary>A dictionary in insertion order. Keys are strings and integers.</summary>
internal sealed class PickleDictionary : OrderedDictionary<object, object?>;
