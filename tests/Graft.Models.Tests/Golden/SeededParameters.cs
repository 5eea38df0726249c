using System.Text;
using Graft.Layers;
using Graft.Layers.Networks;

namespace Graft.Models.Tests.Golden;

/// <summary>
/// Fills parameters with numbers that depend on their names and places alone, so that another program can make the very
/// same ones: make_golden.py has the same generator.
/// </summary>
internal static class SeededParameters
{
    private const int PartLength = 1 << 18;

    public static void Fill(Network network)
    {
        foreach (var (name, parameter) in network.Parameters)
        {
            var key = Hash(name);
            var values = parameter.Value.Span;
            var limit =
                parameter.Role == ParameterRole.Weight
                    ? MathF.Sqrt(6f / (values.Length / parameter.Value.Shape[^1]))
                    : 0.125f;
            var isNearOne = parameter.Role == ParameterRole.Scale || parameter.Name == "running_var";
            var length = values.Length;
            Parallel.For(0, (length + PartLength - 1) / PartLength, part =>
            {
                var target = parameter.Value.Span;
                for (var i = part * PartLength; i < Math.Min(length, (part + 1) * PartLength); i++)
                {
                    var number = Uniform(key, i);
                    target[i] = isNearOne ? 1 + (number * 0.25f) : number * limit;
                }
            });
        }
    }

    /// <summary>FNV-1a.</summary>
    private static ulong Hash(string name)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var value in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ value) * 0x100000001B3;
        return hash;
    }

    /// <summary>SplitMix64: a number from -1 to 1 in steps of 2^-23.</summary>
    private static float Uniform(ulong key, int index)
    {
        var z = key + (((ulong)index + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return ((z >> 40) * (1f / (1 << 23))) - 1;
    }
}
