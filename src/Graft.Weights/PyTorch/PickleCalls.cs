using System.Collections.Frozen;
using Graft.Tensors;

namespace Graft.Weights.PyTorch;

/// <summary>
/// The names that a pickle may refer to, and the values that a call of each returns. All values are plain data.
/// </summary>
internal static class PickleCalls
{
    private const string Dictionary = "collections.OrderedDict";
    private const string Tensor = "torch._utils._rebuild_tensor_v2";
    private const string Parameter = "torch._utils._rebuild_parameter";

    /// <summary>The element sizes in bytes and the conversions to float32, by the name of the storage type.</summary>
    public static readonly FrozenDictionary<string, (int Size, LittleEndianElements.Conversion Conversion)> Storages =
        new Dictionary<string, (int, LittleEndianElements.Conversion)>
        {
            ["torch.FloatStorage"] = (4, LittleEndianElements.FromSingle),
            ["torch.HalfStorage"] = (2, LittleEndianElements.FromHalf),
            ["torch.BFloat16Storage"] = (2, LittleEndianElements.FromBrainFloat),
            ["torch.DoubleStorage"] = (8, LittleEndianElements.FromDouble),
            ["torch.LongStorage"] = (8, LittleEndianElements.FromInt64),
            ["torch.IntStorage"] = (4, LittleEndianElements.FromInt32),
            ["torch.ShortStorage"] = (2, LittleEndianElements.FromInt16),
            ["torch.CharStorage"] = (1, LittleEndianElements.FromSByte),
            ["torch.ByteStorage"] = (1, LittleEndianElements.FromByte),
            ["torch.BoolStorage"] = (1, LittleEndianElements.FromByte),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The allowed names, for messages.</summary>
    public static string Allowed =>
        string.Join(", ", [Dictionary, Parameter, Tensor, .. Storages.Keys.Order(StringComparer.Ordinal)]);

    public static bool IsAllowed(string name) => name is Dictionary or Tensor or Parameter || IsStorage(name);

    public static bool IsStorage(string name) => Storages.ContainsKey(name);

    /// <summary>Returns the result of a call.</summary>
    /// <exception cref="WeightsFormatException">The function is not allowed, or the arguments are wrong.</exception>
    public static object Call(PickleReader reader, object? function, object? arguments)
    {
        var name = (function as PickleGlobal)?.Name;
        if (arguments is not PickleSequence items)
            throw reader.Error("a tuple of arguments", "something else");
        return (name, items) switch
        {
            (Dictionary, []) => new PickleDictionary(),
            (Dictionary, [PickleSequence pairs]) => DictionaryOf(reader, pairs),
            (Tensor, [PickleStorage storage, long offset, PickleSequence sizes, PickleSequence strides, ..]) =>
                TensorOf(reader, storage, offset, sizes, strides),
            (Parameter, [PickleTensor tensor, ..]) => tensor,
            _ => throw reader.Error(
                "the arguments of a tensor, a parameter or a dictionary",
                $"other arguments for {(name is null ? "an unnamed function" : $"'{name}'")}"
            ),
        };
    }

    private static PickleDictionary DictionaryOf(PickleReader reader, PickleSequence pairs)
    {
        var dictionary = new PickleDictionary();
        foreach (var pair in pairs)
        {
            if (pair is not PickleSequence { Count: 2 } both || both[0] is not (string or long))
                throw reader.Error("pairs of keys and values", "something else");
            dictionary[both[0]!] = both[1];
        }

        return dictionary;
    }

    private static PickleTensor TensorOf(
        PickleReader reader,
        PickleStorage storage,
        long offset,
        PickleSequence sizes,
        PickleSequence strides
    )
    {
        if (
            sizes.Count != strides.Count
            || !sizes.All(static size => size is long and >= 0 and <= int.MaxValue)
            || !strides.All(static stride => stride is long and >= 0)
        )
            throw reader.Error(
                $"sizes from 0 to {int.MaxValue:N0}, each with a stride of 0 or more",
                $"({string.Join(", ", sizes.Take(8))}) and ({string.Join(", ", strides.Take(8))})"
            );
        var steps = strides.Select(static stride => (long)stride!).ToArray();
        Shape shape;
        try
        {
            shape = new Shape([.. sizes.Select(static size => (int)(long)size!)]);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw reader.Error("a tensor whose element count fits 64 bits", "a larger one", exception);
        }

        Int128 last = offset;
        for (var i = 0; i < steps.Length; i++)
            last += (Int128)Math.Max(0, shape[i] - 1) * steps[i];
        // A view may repeat elements (stride 0), so a small file could otherwise request any amount of memory.
        if (
            offset < 0
            || shape.ElementCount > Math.Min(storage.Length, int.MaxValue)
            || (shape.ElementCount > 0 && last >= storage.Length)
        )
            throw reader.Error(
                $"a tensor inside its storage of {storage.Length:N0} elements, without repeating them",
                $"{shape} from {offset:N0} with strides ({string.Join(", ", steps)})"
            );
        return new PickleTensor(storage, offset, shape, steps);
    }
}
