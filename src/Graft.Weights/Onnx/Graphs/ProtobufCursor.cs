namespace Graft.Weights.Onnx.Graphs;

/// <summary>Iterates over the fields of protocol-buffer messages in a source without loading their contents.</summary>
/// <remarks>Source: the encoding guide of protocol buffers (protobuf.dev/programming-guides/encoding).</remarks>
internal sealed class ProtobufCursor(ByteSource source)
{
    private readonly byte[] _window = new byte[1 << 16];
    private long _windowStart;
    private int _windowLength;

    /// <summary>The position of the next byte.</summary>
    public long Position { get; set; }

    /// <summary>Reads the tag and the length of the next field and moves behind the field.</summary>
    /// <param name="end">The position behind the message's last byte.</param>
    /// <returns>
    /// The field's number, the position of its tag, and the range of its content. The length before a delimited content
    /// is not part of the range.
    /// </returns>
    /// <exception cref="InvalidDataException">The bytes are not a message.</exception>
    public (int Number, long Start, ByteRange Content) ReadField(long end)
    {
        var start = Position;
        var tag = ReadVarint(end);
        var number = tag >> 3;
        if (number is 0 or > int.MaxValue)
            throw Invalid($"field number {number} at byte {start:N0}");
        var content = Position;
        switch (tag & 7)
        {
            case 0:
                ReadVarint(end);
                break;
            case 1:
                Skip(8, end);
                break;
            case 2:
                var length = ReadVarint(end);
                content = Position;
                Skip(length, end);
                break;
            case 5:
                Skip(4, end);
                break;
            default:
                throw Invalid($"wire type {tag & 7} at byte {start:N0}");
        }

        return ((int)number, start, new ByteRange(content, Position - content, IsDelimited: (tag & 7) == 2));
    }

    /// <summary>Appends bytes of the source to a buffer.</summary>
    public void Copy(long start, long end, MemoryStream target)
    {
        while (start < end)
        {
            var count = (int)Math.Min(_window.Length, end - start);
            Fill(start, count);
            target.Write(_window, (int)(start - _windowStart), count);
            start += count;
        }
    }

    private static InvalidDataException Invalid(string found) => new(found);

    private void Skip(ulong count, long end)
    {
        if (count > (ulong)(end - Position))
            throw Invalid($"a field of {count:N0} bytes at byte {Position:N0}, where {end - Position:N0} are left");
        Position += (long)count;
    }

    private ulong ReadVarint(long end)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (Position >= end)
                throw Invalid($"an end in the middle of a number at byte {Position:N0}");
            Fill(Position, 1);
            var part = _window[Position++ - _windowStart];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }

        throw Invalid($"a number of more than 64 bits at byte {Position:N0}");
    }

    private void Fill(long position, int count)
    {
        if (position >= _windowStart && position + count <= _windowStart + _windowLength)
            return;
        _windowLength = (int)Math.Min(_window.Length, source.Length - position);
        source.Read(position, _window.AsSpan(0, _windowLength));
        _windowStart = position;
    }
}
