using System.ComponentModel;

namespace Graft.Testing;

/// <summary>
/// Node.js and npm on this machine. Some tests run programs in it, or need weights and images that npm fetches; those
/// are skipped where it is missing.
/// </summary>
public static class NodeJs
{
    private static readonly Lazy<string?> Missing = new(Probe);

    /// <summary>The name of the npm program.</summary>
    public static string Npm { get; } = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <summary>Why it cannot be used on this machine, as a sentence; null when it can.</summary>
    public static string? WhyMissing => Missing.Value;

    /// <summary>
    /// Why something that npm fetches cannot be had, as a reason to skip a test; null when it is stored or npm is here.
    /// </summary>
    /// <param name="what">What npm fetches, as the beginning of a sentence in the plural.</param>
    /// <param name="isStored">Whether it is stored on this machine already.</param>
    public static string? WhyUnavailable(string what, bool isStored) =>
        isStored || WhyMissing is null ? null : $"{what} are fetched with npm. {WhyMissing}";

    private static string? Probe()
    {
        foreach (var program in (string[])["node", Npm])
        {
            try
            {
                if (PeerJobs.Execute(AppContext.BaseDirectory, program, ["--version"]).Code == 0)
                    continue;
            }
            catch (Win32Exception)
            {
                // There is no such program.
            }

            return $"'{program}' was not found or does not run. Install Node.js 20 or later, which includes npm.";
        }

        return null;
    }
}
