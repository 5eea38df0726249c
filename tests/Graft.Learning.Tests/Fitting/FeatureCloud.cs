using Graft.Features;
using Graft.Layers.Networks;
using Graft.Learning.Heads;
using Graft.Tensors;

namespace Graft.Learning.Tests.Fitting;

/// <summary>Features of three classes that lie around a centre each.</summary>
internal sealed record FeatureCloud(Tensor Features, FeatureSet Set, LabelledFeatures Images) : IDisposable
{
    public const int Classes = 3;

    public static Network Build(string head) =>
        HeadNetworks.Build(HeadSpecification.Parse(head), ShapeFor(head), Classes, new DeterministicRandom(3));

    public static FeatureCloud Make(string head, int count, ulong seed, float spread = 1.5f)
    {
        var shape = ShapeFor(head);
        var centres = new DeterministicRandom(99);
        var random = new DeterministicRandom(seed);
        var length = (int)shape.ElementCount;
        var centre = new float[Classes * length];
        foreach (ref var value in centre.AsSpan())
            value = spread * (float)centres.NextGaussian();
        var features = Tensor.Uninitialized(new Shape([count, .. shape.Dimensions]));
        for (var i = 0; i < count; i++)
        {
            var row = features.Rows(i);
            for (var f = 0; f < length; f++)
                row[f] = centre[(i % Classes * length) + f] + (float)random.NextGaussian();
        }

        var set = FeatureSet.From(features);
        return new(
            features,
            set,
            new LabelledFeatures(
                set,
                [.. Enumerable.Range(0, count)],
                [.. Enumerable.Range(0, count).Select(i => i % Classes)]
            )
        );
    }

    /// <summary>Puts a number among the features that is none.</summary>
    public void Poison() => Features.Span[0] = float.NaN;

    public void Dispose() => Set.Dispose();

    private static Shape ShapeFor(string head) =>
        head.StartsWith("conv", StringComparison.Ordinal) ? new Shape(3, 4, 5) : new Shape(12);
}
