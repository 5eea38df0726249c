using System.Runtime.CompilerServices;

namespace Graft.Tensors.Kernels.Optimization;

/// <summary>
/// RMSprop: <c>g += decay * p</c>, <c>v = a v + (1 - a) g^2</c>, <c>m = momentum * m + g / (sqrt(v) + epsilon)</c>,
/// <c>p -= rate * m</c>. First array: v, second: m; none without momentum.
/// </summary>
internal readonly struct RootMeanSquareRule(
    double rate,
    double smoothing,
    double momentum,
    double epsilon,
    double decay
) : IUpdateRule
{
    private readonly float _rate = (float)-rate;
    private readonly float _smoothing = (float)smoothing;
    private readonly float _share = (float)(1 - smoothing);
    private readonly float _momentum = (float)momentum;
    private readonly float _epsilon = (float)epsilon;
    private readonly float _decay = (float)decay;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TWidth, TVector>(ref TVector value, TVector gradient, ref TVector first, ref TVector second)
        where TWidth : struct, IVectorWidth<TVector>
        where TVector : struct
    {
        var whole = TWidth.MultiplyAdd(TWidth.Broadcast(_decay), value, gradient);
        first = TWidth.MultiplyAdd(
            TWidth.Multiply(TWidth.Broadcast(_share), whole),
            whole,
            TWidth.Multiply(TWidth.Broadcast(_smoothing), first)
        );
        var scaled = TWidth.Divide(whole, TWidth.Add(TWidth.SquareRoot(first), TWidth.Broadcast(_epsilon)));
        second = TWidth.MultiplyAdd(TWidth.Broadcast(_momentum), second, scaled);
        value = TWidth.MultiplyAdd(TWidth.Broadcast(_rate), second, value);
    }
}
