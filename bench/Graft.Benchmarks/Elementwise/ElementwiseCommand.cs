using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Graft.Benchmarks.Elementwise;

/// <summary>
/// Compares Graft's elementwise loops with System.Numerics.Tensors on one thread: nanoseconds, and whether the bits are
/// equal. The last two columns are checksums of all results; run with <c>DOTNET_EnableAVX512=0</c> or
/// <c>DOTNET_EnableAVX2=0</c> to see whether they depend on the processor.
/// </summary>
internal static class ElementwiseCommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);
    private static readonly int[] TimedLengths = [64, 4096, 1 << 20];

    /// <summary>Short arrays are compared with this many values altogether.</summary>
    private const int EqualTotal = 400;

    private static readonly int[] ComparedLengths = [.. Enumerable.Range(1, 70), 4096, 100_003];

    public static int Run(string[] arguments)
    {
        var rounds = 21;
        if (
            arguments.Length > 1
            || (arguments is [var number] && !int.TryParse(number, NumberStyles.None, null, out rounds))
        )
        {
            Console.Error.WriteLine("Usage: Graft.Benchmarks elementwise [ROUNDS]");
            return 2;
        }

        Console.WriteLine(
            "| loop | "
                + string.Join(" | ", TimedLengths.Select(length => $"{length}: Graft, other (times as fast)"))
                + " | values | special values | Graft's bits | other bits |"
        );
        Console.WriteLine($"| --- | {string.Concat(TimedLengths.Select(_ => "--- | "))}--- | --- | --- | --- |");
        foreach (var one in ElementwiseCase.All)
        {
            var times = rounds > 0 ? TimedLengths.Select(length => Time(one, length, rounds)) : [];
            Console.WriteLine($"| {one.Name} | {string.Join(" | ", [.. times, .. Compare(one)])} |");
        }

        return 0;
    }

    /// <summary>Medians of rounds in which both take turns, and the quartiles of the ratio.</summary>
    private static string Time(ElementwiseCase one, int length, int rounds)
    {
        using var operands = new ElementwiseOperands(length);
        var repeats = Math.Max(1, (1 << 20) / length);
        var (graft, other, ratios) = (new double[rounds], new double[rounds], new double[rounds]);
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < WarmUp; )
        {
            Once(one.Graft);
            Once(one.Other);
        }

        for (var round = 0; round < rounds; round++)
        {
            (graft[round], other[round]) = (Once(one.Graft), Once(one.Other));
            ratios[round] = graft[round] / other[round];
        }

        Array.ForEach([graft, other, ratios], Array.Sort);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{graft[rounds / 2]:F0}, {other[rounds / 2]:F0} ns ({ratios[rounds / 2]:F2}: {ratios[rounds / 4]:F2} to "
                + $"{ratios[rounds * 3 / 4]:F2})"
        );

        double Once(Action<ElementwiseOperands> action)
        {
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < repeats; i++)
                action(operands);
            return clock.Elapsed.TotalNanoseconds / repeats;
        }
    }

    /// <summary>How often the bits differ, for ordinary and for special values, and checksums.</summary>
    private static string[] Compare(ElementwiseCase one)
    {
        var different = new int[2];
        var checksums = Enumerable
            .Range(0, 2)
            .Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            .ToArray();
        var runs = 0;
        foreach (var length in ComparedLengths)
        {
            using var operands = new ElementwiseOperands(length);
            for (var seed = 1; seed <= Math.Max(1, EqualTotal / length); seed++, runs++)
            {
                for (var special = 0; special < 2; special++)
                {
                    var graft = Bits(one.Graft, special == 1);
                    var other = Bits(one.Other, special == 1);
                    different[special] += graft.AsSpan().SequenceEqual(other) ? 0 : 1;
                    checksums[0].AppendData(MemoryMarshal.AsBytes(graft.AsSpan()));
                    checksums[1].AppendData(MemoryMarshal.AsBytes(other.AsSpan()));
                }

                long[] Bits(Action<ElementwiseOperands> action, bool special)
                {
                    operands.Reset((ulong)seed, special);
                    action(operands);
                    return operands.Bits();
                }
            }
        }

        return
        [
            .. different.Select(count => count == 0 ? "equal" : $"{count} of {runs} differ"),
            .. checksums.Select(checksum => Convert.ToHexStringLower(checksum.GetHashAndReset()[..4])),
        ];
    }
}
