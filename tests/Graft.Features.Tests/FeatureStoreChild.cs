using System.Diagnostics;
using System.Runtime.CompilerServices;
using Graft.Data.Hashing;
using Graft.Features.Storage;

namespace Graft.Features.Tests;

/// <summary>
/// A second process for the tests of the feature store: this very program, which writes features instead of running
/// tests when a variable tells it to.
/// </summary>
internal static class FeatureStoreChild
{
    public const int Length = 2048;
    public const int BatchSize = 8;

    private const string Variable = "GRAFT_TESTS_WRITE_FEATURES";

    /// <summary>
    /// Starts a process that writes batches <paramref name="first"/> to <paramref name="end"/> - 1 and prints a line
    /// after each.
    /// </summary>
    public static Process Start(string path, int first, int end)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", typeof(FeatureStoreChild).Assembly.Location },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = $"{first}|{end}|{path}";
        return Process.Start(start) ?? throw new InvalidOperationException("The second process did not start.");
    }

    public static (ContentHash Hash, ReadOnlyMemory<float> Values)[] Batch(int number) =>
        SampleFeatures.Batch(BatchSize, Length, number);

    // Before anything else of this program runs.
    [ModuleInitializer]
    internal static void WriteIfTold()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } task)
            return;
        var parts = task.Split('|', 3);
        using (var store = FeatureStore.Open(parts[2], new() { Notice = new Printer() }))
        {
            var table = store.Space(SampleFeatures.Space(new(Length)));
            for (var number = int.Parse(parts[0]); number < int.Parse(parts[1]); number++)
            {
                table.WriteBatch(Batch(number));
                Console.WriteLine(number);
            }
        }

        Environment.Exit(0);
    }

    private sealed class Printer : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
