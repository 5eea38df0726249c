using System.Globalization;
using System.Runtime.InteropServices;

namespace Graft.Cli.Tests;

/// <summary>Sends signals as a terminal does.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;

    public const int Terminate = 15;

    /// <summary>Sends a signal.</summary>
    public static void Send(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    /// <summary>
    /// Whether processes that this one starts ignore a signal, as those do that a shell runs in the background.
    /// </summary>
    public static bool AreIgnored(int signal)
    {
        var line = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        var mask = ulong.Parse(line["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (mask >> (signal - 1) & 1) != 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
