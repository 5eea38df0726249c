using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Graft.Benchmarks.Peers;

/// <summary>The machine that a comparison ran on.</summary>
/// <param name="Processor">The processor's name; null where the system has no <c>/proc/cpuinfo</c>.</param>
/// <param name="Processors">Logical processors that this process may use.</param>
/// <param name="VectorBits">Bits of the widest vector that the runtime accelerates.</param>
/// <param name="System">Operating system and version.</param>
/// <param name="Runtime">Version of .NET.</param>
internal sealed record PeerMachine(string? Processor, int Processors, int VectorBits, string System, string Runtime)
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>Describes this machine.</summary>
    public static PeerMachine Describe() =>
        new(
            ProcessorName(),
            Environment.ProcessorCount,
            Vector512.IsHardwareAccelerated ? 512
                : Vector256.IsHardwareAccelerated ? 256
                : 128,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription
        );

    private static string? ProcessorName() =>
        File.Exists(ProcessorFile)
            ? File.ReadLines(ProcessorFile)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
            : null;
}
