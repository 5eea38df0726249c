using System.Buffers.Binary;
using System.Text;

namespace Graft.Weights.PyTorch;

/// <summary>
/// Reads the pickle of a PyTorch state file. A pickle is a program for a stack machine that may call any Python
/// function. This reader implements only the instructions that build containers, and calls nothing. The few names that
/// it allows stand for a tensor, a parameter, a dictionary or a storage type. Any other name causes an error.
/// </summary>
/// <remarks>Source: the comments on the instructions in Python's module <c>pickletools</c>.</remarks>
internal sealed class PickleReader(string file, ReadOnlyMemory<byte> bytes)
{
    private const string Operation = "Reading the pickle";
    private const string Remedy =
        "Save the state with torch.save(model.state_dict(), ...), or as safetensors; no code from a file is ever run.";

    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = new();
    private readonly Dictionary<long, object?> _memory = [];
    private int _position;

    /// <summary>Interprets the pickle.</summary>
    /// <returns>The value on top of the stack at the end.</returns>
    /// <exception cref="WeightsFormatException">
    /// The pickle is damaged, or refers to a name that is not allowed.
    /// </exception>
    public object? Read()
    {
        while (true)
        {
            var instruction = Take(1)[0];
            if (instruction == (byte)'.')
                return Pop();
            Execute(instruction);
        }
    }

    private void Execute(byte instruction)
    {
        switch (instruction)
        {
            case 0x80: // PROTO
                if (Take(1)[0] is var version and not (>= 2 and <= 5))
                    throw Error("pickle protocol 2 to 5", $"{version}");
                break;
            case 0x95: // FRAME
                Take(8);
                break;
            case (byte)'(':
                _marks.Push(_stack.Count);
                break;
            case (byte)'0':
                Pop();
                break;
            case (byte)'1':
                TakeToMark();
                break;
            case (byte)'2':
                _stack.Add(Peek());
                break;
            case (byte)'N':
                _stack.Add(null);
                break;
            case 0x88 or 0x89:
                _stack.Add(instruction == 0x88);
                break;
            case (byte)'J':
                _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case (byte)'K':
                _stack.Add((long)Take(1)[0]);
                break;
            case (byte)'M':
                _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case 0x8a:
                _stack.Add(Integer(Take(Take(1)[0])));
                break;
            case (byte)'G':
                _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case (byte)'X' or (byte)'B' or (byte)'T':
                _stack.Add(Text(instruction, BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case 0x8c or (byte)'C' or (byte)'U':
                _stack.Add(Text(instruction, Take(1)[0]));
                break;
            case (byte)'Q':
                _stack.Add(Storage(Pop()));
                break;
            case (byte)'c':
                _stack.Add(Global($"{Line()}.{Line()}"));
                break;
            case 0x93:
                var name = Pop();
                _stack.Add(Global($"{Pop()}.{name}"));
                break;
            case (byte)'R':
                var arguments = Pop();
                _stack.Add(PickleCalls.Call(this, Pop(), arguments));
                break;
            case (byte)'b':
                // PyTorch sets attributes of its dictionaries (versions of modules), which do not concern tensors.
                Pop();
                if (Peek() is not PickleDictionary)
                    throw Error("attributes only of a dictionary", "attributes of another object");
                break;
            default:
                ExecuteContainer(instruction);
                break;
        }
    }

    private void ExecuteContainer(byte instruction)
    {
        switch (instruction)
        {
            case (byte)']' or (byte)')':
                _stack.Add(new PickleSequence());
                break;
            case (byte)'}':
                _stack.Add(new PickleDictionary());
                break;
            case (byte)'t' or (byte)'l':
                _stack.Add(Sequence(TakeToMark()));
                break;
            case 0x85 or 0x86 or 0x87:
                _stack.Add(Sequence(TakeLast(instruction - 0x84)));
                break;
            case (byte)'a':
                Append(TakeLast(1));
                break;
            case (byte)'e':
                Append(TakeToMark());
                break;
            case (byte)'s':
                Set(TakeLast(2));
                break;
            case (byte)'u':
                Set(TakeToMark());
                break;
            case (byte)'q':
                _memory[Take(1)[0]] = Peek();
                break;
            case (byte)'r':
                _memory[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek();
                break;
            case 0x94:
                _memory[_memory.Count] = Peek();
                break;
            case (byte)'h':
                _stack.Add(Recall(Take(1)[0]));
                break;
            case (byte)'j':
                _stack.Add(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            default:
                throw Error(
                    "instructions that build tensors and containers",
                    $"instruction 0x{instruction:X2} at byte {_position - 1:N0}"
                );
        }
    }

    public WeightsFormatException Error(string expected, string found, Exception? cause = null) =>
        new(Operation, file, expected, found, Remedy, cause);

    private PickleGlobal Global(string name) =>
        PickleCalls.IsAllowed(name)
            ? new PickleGlobal(name)
            : throw Error($"only the names {PickleCalls.Allowed}", $"'{(name.Length > 200 ? name[..200] : name)}'");

    private PickleStorage Storage(object? identifier) =>
        identifier is PickleSequence { Count: >= 5 } parts
        && parts[0] is "storage"
        && parts[1] is PickleGlobal type
        && PickleCalls.IsStorage(type.Name)
        && parts[2] is string key
        && parts[4] is long and >= 0 and var length
            ? new PickleStorage(type.Name, key, length)
            : throw Error("a reference to a storage: its type, name and length", "another reference");

    private object? Recall(long index) =>
        _memory.TryGetValue(index, out var value)
            ? value
            : throw Error("references to earlier values", $"one to number {index}");

    private void Append(List<object?> items)
    {
        if (Peek() is not PickleSequence sequence)
            throw Error("a list to append to", "something else");
        sequence.AddRange(items);
    }

    private void Set(List<object?> items)
    {
        if (Peek() is not PickleDictionary dictionary || items.Count % 2 != 0)
            throw Error("a dictionary and pairs of keys and values", "something else");
        for (var i = 0; i < items.Count; i += 2)
            dictionary[
                items[i] is string or long
                    ? items[i]!
                    : throw Error("strings or integers as keys", items[i]?.GetType().Name ?? "None")
            ] = items[i + 1];
    }

    private static PickleSequence Sequence(List<object?> items)
    {
        var sequence = new PickleSequence();
        sequence.AddRange(items);
        return sequence;
    }

    private List<object?> TakeToMark() =>
        _marks.TryPop(out var start) && start <= _stack.Count
            ? TakeLast(_stack.Count - start)
            : throw Error("a mark on the stack", "none");

    private List<object?> TakeLast(int count)
    {
        if (_stack.Count < count)
            throw Error($"{count} values on the stack", $"{_stack.Count}");
        var items = _stack.GetRange(_stack.Count - count, count);
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object? Pop() => TakeLast(1)[0];

    private object? Peek() => _stack.Count > 0 ? _stack[^1] : throw Error("a value on the stack", "none");

    private string Line()
    {
        var rest = bytes.Span[_position..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
            throw Error("the end of a name", "the end of the pickle");
        var line = Encoding.UTF8.GetString(rest[..end]);
        _position += end + 1;
        return line;
    }

    private string Text(byte instruction, uint length) =>
        (instruction is (byte)'X' or 0x8c ? Encoding.UTF8 : Encoding.Latin1).GetString(Take(length));

    private long Integer(ReadOnlySpan<byte> little)
    {
        if (little.Length > 8)
            throw Error("integers of at most 64 bits", $"one of {little.Length} bytes");
        var value = little.Length > 0 && (sbyte)little[^1] < 0 ? -1L : 0;
        for (var i = little.Length - 1; i >= 0; i--)
            value = (value << 8) | little[i];
        return value;
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > bytes.Length - _position)
            throw Error($"{count:N0} more bytes", "the end of the pickle");
        var taken = bytes.Span.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }
}
