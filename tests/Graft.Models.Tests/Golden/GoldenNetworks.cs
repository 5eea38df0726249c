using System.Text.Json;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Models.Tests.Golden;

/// <summary>What torchvision computed in double precision with seeded weights; make_golden.py made it.</summary>
internal static class GoldenNetworks
{
    private static readonly JsonElement All = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "golden.json")))
        .RootElement;

    /// <summary>The names of the networks.</summary>
    public static IReadOnlyList<string> Names => [.. All.EnumerateObject().Select(static entry => entry.Name)];

    /// <summary>Networks with more than 60 million parameters: seconds each.</summary>
    public static bool IsLarge(string name) => Of(name).GetProperty("parameters").GetInt64() > 60_000_000;

    public static JsonElement Of(string name) => All.GetProperty(name);

    /// <summary>RGB bytes from integers alone, the same in make_golden.py.</summary>
    public static Tensor SyntheticImage(int size)
    {
        var image = Tensor.Uninitialized(new Shape(1, size, size, 3));
        for (var i = 0; i < image.Length; i++)
        {
            var (pixel, c) = Math.DivRem(i, 3);
            var (y, x) = Math.DivRem(pixel, size);
            image.Span[i] = ((x * y * (c + 1) / 16) + (3 * x) + (5 * y * c)) % 256;
        }

        return image;
    }

    /// <summary>
    /// Demands that the sampled values, and the norm of all, are the expected ones: the norm of the difference over the
    /// norm of what is expected is within a tolerance.
    /// </summary>
    public static void Demand(JsonElement golden, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(golden.GetProperty("count").GetInt32(), actual.Length);
        var step = golden.GetProperty("step").GetInt32();
        var expected = golden
            .GetProperty("values")
            .EnumerateArray()
            .Select(static value => value.GetSingle())
            .ToArray();

        // Numbers that say something: most differ from each other.
        Assert.True(expected.Distinct().Count() > expected.Length / 4, what);
        var sampled = new float[expected.Length];
        for (var i = 0; i < sampled.Length; i++)
            sampled[i] = actual.Span[i * step];
        var distance = Closeness.RelativeDistance(expected, sampled);
        Assert.True(distance <= tolerance, $"{what}: relative distance {distance:E2}, allowed {tolerance:E0}.");
        var squares = 0.0;
        foreach (var value in actual.Span)
            squares += (double)value * value;
        var norm = golden.GetProperty("norm").GetDouble();
        Assert.InRange(Math.Sqrt(squares), norm * (1 - tolerance), norm * (1 + tolerance));
    }
}
