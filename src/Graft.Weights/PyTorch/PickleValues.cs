using Graft.Tensors;

namespace Graft.Weights.PyTorch;

/// <summary>An allowed name that a pickle refers to.</summary>
internal sealed record PickleGlobal(string Name);

/// <summary>Elements that tensors share: one entry of the archive.</summary>
/// <param name="ElementType">PyTorch's name of the type, as in <c>FloatStorage</c>.</param>
/// <param name="Key">The name of the entry under <c>data/</c>.</param>
/// <param name="Length">How many elements it has.</param>
internal sealed record PickleStorage(string ElementType, string Key, long Length);

/// <summary>A view of a storage. Its bounds have been checked.</summary>
/// <param name="Storage">Where the elements are.</param>
/// <param name="Offset">Index of the first element.</param>
/// <param name="Shape">The dimensions.</param>
/// <param name="Strides">For each dimension, the distance from one element to the next, in elements.</param>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, Shape Shape, long[] Strides);

/// <summary>A tuple or a list.</summary>
internal sealed class PickleSequence : List<object?>;

/// <summary>A dictionary in insertion order; keys are texts and numbers.</summary>
internal sealed class PickleDictionary : OrderedDictionary<object, object?>;
