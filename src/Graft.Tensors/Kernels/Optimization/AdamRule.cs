using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// Adam and AdamW: <c>p *= shrink</c>, <c>g += decay * p</c>, <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2)
/// g^2</c>, <c>p -= rate * m / (sqrt(v) / correction + epsilon)</c>. First array: m, second: v.
/// </summary>
/// <param name="rate">The learning rate divided by <c>1 - b1^t</c>.</param>
/// <param name="correction">The square root of <c>1 - b2^t</c>.</param>
/// <param name="beta1">b1.</param>
/// <param name="beta2">b2.</param>
/// <param name="epsilon">A small number that keeps the division finite.</param>
/// <param name="decay">Adam's weight decay, which is added to the gradient; 0 for AdamW.</param>
/// <param name="shrink">AdamW's factor on the parameter: 1 minus learning rate times weight decay; 1 for Adam.</param>
internal readonly struct AdamRule(
    double rate,
    double correction,
    double beta1,
    double beta2,
    double epsilon,
    double decay,
    double shrink
) : IUpdateRule
{
    private readonly float _rate = (float)-rate;
    private readonly float _correction = (float)correction;
    private readonly float _beta1 = (float)beta1;
    private readonly float _beta2 = (float)beta2;

    // In float32, 1 - 0.999f has a relative error of 1e-5.
    private readonly float _share1 = (float)(1 - beta1);
    private readonly float _share2 = (float)(1 - beta2);
    private readonly float _epsilon = (float)epsilon;
    private readonly float _decay = (float)decay;
    private readonly float _shrink = (float)shrink;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TWidth, TVector>(ref TVector value, TVector gradient, ref TVector first, ref TVector second)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        value = TWidth.Multiply(TWidth.Broadcast(_shrink), value);
        var whole = TWidth.MultiplyAdd(TWidth.Broadcast(_decay), value, gradient);
        first = TWidth.MultiplyAdd(TWidth.Broadcast(_share1), whole, TWidth.Multiply(TWidth.Broadcast(_beta1), first));
        second = TWidth.MultiplyAdd(
            TWidth.Multiply(TWidth.Broadcast(_share2), whole),
            whole,
            TWidth.Multiply(TWidth.Broadcast(_beta2), second)
        );
        var divisor = TWidth.Add(
            TWidth.Divide(TWidth.SquareRoot(second), TWidth.Broadcast(_correction)),
            TWidth.Broadcast(_epsilon)
        );
        value = TWidth.MultiplyAdd(TWidth.Broadcast(_rate), TWidth.Divide(first, divisor), value);
    }
}
