using Graft.Tensors;

namespace Graft.Benchmarks.Elementwise;

/// <summary>Arrays of one length for both sides of an <see cref="ElementwiseCase"/>.</summary>
internal sealed unsafe class ElementwiseOperands : IDisposable
{
    private static readonly float[] Special =
    [
        float.NaN,
        float.PositiveInfinity,
        float.NegativeInfinity,
        0f,
        -0f,
        float.Epsilon,
        float.MaxValue,
        -100f,
    ];

    private readonly Tensor[] _floats;

    public ElementwiseOperands(int length)
    {
        Length = length;
        _floats = [.. Enumerable.Range(0, 5).Select(_ => Tensor.Zeros(new Shape(length)))];
        (Doubles, WideResult, Bytes) = (new double[length], new double[length], new byte[length]);
        Reset(1, special: false);
    }

    public int Length { get; }

    public Span<float> Left => _floats[0].Span;

    public Span<float> Right => _floats[1].Span;

    public Span<float> Shift => _floats[2].Span;

    public Span<float> Result => _floats[3].Span;

    public Span<float> Scratch => _floats[4].Span;

    public float* LeftPointer => _floats[0].Pointer;

    public float* RightPointer => _floats[1].Pointer;

    public float* ShiftPointer => _floats[2].Pointer;

    public float* ResultPointer => _floats[3].Pointer;

    public double[] Doubles { get; }

    public double[] WideResult { get; }

    public byte[] Bytes { get; }

    /// <summary>The result of a reduction.</summary>
    public double Number { get; set; }

    /// <summary>One thread.</summary>
    public WorkerPool Workers { get; } = new(1);

    /// <summary>Sets all operands to random values.</summary>
    /// <param name="seed">The same seed gives the same values.</param>
    /// <param name="special">Whether infinities, NaN and signed zeros are among them.</param>
    public void Reset(ulong seed, bool special)
    {
        var random = new DeterministicRandom(seed);
        foreach (var tensor in _floats)
        {
            foreach (ref var value in tensor.Span)
                value = (8 * random.NextSingle()) - 4;
        }

        Result.Clear();
        Array.Clear(WideResult);
        Number = 0;
        for (var i = 0; i < Length; i++)
        {
            Doubles[i] = (8 * random.NextSingle()) - 8;
            Bytes[i] = (byte)random.NextInt(256);
            if (special && i % 3 == 0)
                Left[i] = Special[i / 3 % Special.Length];
            if (special && i % 9 == 0)
                Right[i] = -0f;
        }
    }

    /// <summary>The bits of everything that an operation may have changed; those of NaN mean nothing.</summary>
    public long[] Bits()
    {
        var values = new List<double> { Number };
        foreach (var tensor in _floats[..4])
        {
            foreach (var value in tensor.Span)
                values.Add(value);
        }

        values.AddRange(WideResult);
        return [.. values.Select(value => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value))];
    }

    public void Dispose()
    {
        Array.ForEach(_floats, tensor => tensor.Dispose());
        Workers.Dispose();
    }
}
