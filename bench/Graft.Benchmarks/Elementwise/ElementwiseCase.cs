using System.Numerics;
using System.Numerics.Tensors;
using Graft.Layers.Activations;
using Graft.Tensors.Kernels.Elementwise;
using Graft.Tensors.Kernels.Optimization;

namespace Graft.Benchmarks.Elementwise;

/// <summary>One of Graft's loops, and what comes closest to it in System.Numerics.Tensors.</summary>
/// <param name="Name">What is computed.</param>
/// <param name="Graft">Graft's kernel, or a copy of its loop where that is private.</param>
/// <param name="Other">The same with TensorPrimitives; several passes where there is no single one.</param>
internal sealed unsafe record ElementwiseCase(
    string Name,
    Action<ElementwiseOperands> Graft,
    Action<ElementwiseOperands> Other
)
{
    private const int Channels = 64;
    private const float Share = 0.3f;

    public static readonly ElementwiseCase[] All =
    [
        new("sum", o => AddAndClamp(o, float.NegativeInfinity), o => TensorPrimitives.Add(o.Left, o.Right, o.Result)),
        new(
            "sum in place",
            o =>
            {
                var values = o.RightPointer;
                var target = o.LeftPointer;
                var i = 0;
                for (; i + Vector<float>.Count <= o.Length; i += Vector<float>.Count)
                    Vector.Store(Vector.Load(target + i) + Vector.Load(values + i), target + i);
                for (; i < o.Length; i++)
                    target[i] += values[i];
            },
            o => TensorPrimitives.Add(o.Left, o.Right, o.Left)
        ),
        new(
            "sum, ReLU",
            o => AddAndClamp(o, 0),
            o =>
            {
                TensorPrimitives.Add(o.Left, o.Right, o.Result);
                TensorPrimitives.Max(o.Result, 0f, o.Result);
            }
        ),
        new(
            "product",
            o => ElementwiseKernel.Multiply(o.LeftPointer, o.RightPointer, o.ResultPointer, o.Length, o.Workers),
            o => TensorPrimitives.Multiply(o.Left, o.Right, o.Result)
        ),
        new(
            "product with a number",
            o => Update(o, new ScaleRule(-1), null),
            o => TensorPrimitives.Multiply(o.Left, -1f, o.Left)
        ),
        new(
            "scale and shift, 64 channels",
            o =>
                ElementwiseKernel.ScaleAndShift(
                    o.LeftPointer,
                    o.RightPointer,
                    o.ShiftPointer,
                    o.ResultPointer,
                    o.Length / Channels,
                    Channels,
                    o.Workers
                ),
            o =>
            {
                var scale = o.Right[..Math.Min(Channels, o.Length)];
                var shift = o.Shift[..Math.Min(Channels, o.Length)];
                for (var i = 0; i + Channels <= o.Length; i += Channels)
                {
                    var pixel = o.Left.Slice(i, Channels);
                    var result = o.Result.Slice(i, Channels);
                    TensorPrimitives.MultiplyAddEstimate(pixel, scale, shift, result);
                }
            }
        ),
        new(
            "sigmoid",
            o => ActivationKernel.Apply<SigmoidFunction>(o.LeftPointer, o.ResultPointer, o.Length, o.Workers),
            o => TensorPrimitives.Sigmoid(o.Left, o.Result)
        ),
        new(
            "swish",
            o => ActivationKernel.Apply<SwishFunction>(o.LeftPointer, o.ResultPointer, o.Length, o.Workers),
            o =>
            {
                TensorPrimitives.Sigmoid(o.Left, o.Result);
                TensorPrimitives.Multiply(o.Left, o.Result, o.Result);
            }
        ),
        new(
            "sum of squares",
            o => o.Number = SquaredNorm.Compute(o.LeftPointer, o.Length, null),
            o => o.Number = TensorPrimitives.SumOfSquares((ReadOnlySpan<float>)o.Left)
        ),
        new(
            "momentum step",
            o => Update(o, new MomentumRule(1e-6f, 0.9f, 0, false), o.ShiftPointer),
            o =>
            {
                TensorPrimitives.MultiplyAddEstimate(o.Shift, 0.9f, o.Right, o.Shift);
                TensorPrimitives.MultiplyAddEstimate(o.Shift, -1e-6f, o.Left, o.Left);
            }
        ),
        new(
            "approach",
            o => Update(o, new ApproachRule(Share), null),
            o =>
            {
                TensorPrimitives.Subtract(o.Right, o.Left, o.Scratch);
                TensorPrimitives.Multiply(o.Scratch, Share, o.Scratch);
                TensorPrimitives.Add(o.Left, o.Scratch, o.Left);
            }
        ),
        new(
            "maximum",
            o =>
            {
                var largest = float.NegativeInfinity;
                foreach (var value in o.Left)
                    largest = Math.Max(largest, value);
                o.Number = largest;
            },
            o => o.Number = TensorPrimitives.Max((ReadOnlySpan<float>)o.Left)
        ),
        new("softmax", o => Softmax.Apply(o.Left, o.Result), o => TensorPrimitives.SoftMax(o.Left, o.Result)),
        new(
            "blend",
            o =>
            {
                var image = o.Left;
                var other = o.Right;
                var result = o.Result;
                for (var i = 0; i < image.Length; i++)
                    result[i] = (image[i] * Share) + (other[i] * (1 - Share));
            },
            o =>
            {
                TensorPrimitives.Multiply(o.Left, Share, o.Result);
                TensorPrimitives.Multiply(o.Right, 1 - Share, o.Scratch);
                TensorPrimitives.Add(o.Result, o.Scratch, o.Result);
            }
        ),
        new(
            "addition of doubles to floats",
            o =>
            {
                var values = o.Doubles;
                var result = o.Result;
                for (var i = 0; i < result.Length; i++)
                    result[i] += (float)values[i];
            },
            o =>
            {
                TensorPrimitives.ConvertTruncating<double, float>(o.Doubles, o.Scratch);
                TensorPrimitives.Add(o.Result, o.Scratch, o.Result);
            }
        ),
        new(
            "exponential of doubles, whole vectors",
            o =>
            {
                for (var i = 0; i + Vector<double>.Count <= o.Length; i += Vector<double>.Count)
                    Vector.Exp(new Vector<double>(o.Doubles, i)).CopyTo(o.WideResult, i);
            },
            o =>
            {
                var whole = o.Length / Vector<double>.Count * Vector<double>.Count;
                TensorPrimitives.Exp(o.Doubles.AsSpan(0, whole), o.WideResult);
            }
        ),
        new(
            "bytes to floats",
            o =>
            {
                var bytes = o.Bytes;
                var result = o.Result;
                for (var i = 0; i < bytes.Length; i++)
                    result[i] = bytes[i];
            },
            o => TensorPrimitives.ConvertTruncating<byte, float>(o.Bytes, o.Result)
        ),
    ];

    private static void AddAndClamp(ElementwiseOperands o, float minimum) =>
        ElementwiseKernel.AddAndClamp(
            o.LeftPointer,
            o.RightPointer,
            o.ResultPointer,
            o.Length,
            minimum,
            float.PositiveInfinity,
            o.Workers
        );

    private static void Update<TRule>(ElementwiseOperands o, TRule rule, float* state)
        where TRule : struct, IUpdateRule =>
        UpdateKernel.Run(
            rule,
            o.LeftPointer,
            typeof(TRule) == typeof(ScaleRule) ? o.LeftPointer : o.RightPointer,
            state,
            null,
            o.Length,
            null
        );
}
