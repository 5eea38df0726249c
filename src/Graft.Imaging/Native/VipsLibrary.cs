using System.Reflection;
using System.Runtime.InteropServices;

namespace Graft.Imaging.Native;

/// <summary>Finds libvips and starts it once for the process. Thread-safe.</summary>
internal static class VipsLibrary
{
    private static readonly Lazy<string> Started = new(StartOnce, LazyThreadSafetyMode.ExecutionAndPublication);

    private static string FileName =>
        OperatingSystem.IsWindows() ? "libvips-42.dll"
        : OperatingSystem.IsMacOS() ? "libvips.42.dylib"
        : "libvips.so.42";

    /// <summary>Loads and starts libvips unless that was done before.</summary>
    /// <returns>The library's version, "8.18.7".</returns>
    /// <exception cref="DllNotFoundException">There is no libvips, or it is too old or does not start.</exception>
    public static string Start() => Started.Value;

    private static string StartOnce()
    {
        var assembly = typeof(VipsLibrary).Assembly;
        var candidates = Candidates(assembly);
        var library = Find(candidates, assembly);
        if (library == 0)
        {
            throw Unusable(
                $"one of {string.Join(", ", candidates)} or the system's {FileName}",
                "none that can be loaded"
            );
        }

        NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => name == VipsFunctions.Library ? library : 0);

        // libvips prints warnings about single images to standard error unless this variable is set before it starts.
        // It must be in the C library's environment, which does not see changes to .NET's own copy.
        VipsFunctions.SetEnvironment("VIPS_WARNING", "0", 1);
        if (VipsFunctions.Initialize("graft") != 0)
            throw Unusable("a libvips that starts", "one whose initialisation fails");
        var version = $"{VipsFunctions.Version(0)}.{VipsFunctions.Version(1)}.{VipsFunctions.Version(2)}";
        if (VipsFunctions.Version(0) != 8 || VipsFunctions.Version(1) < 13)
            throw Unusable("libvips 8.13 or a later 8", $"libvips {version}");

        // Many images are decoded at a time, each on one thread, and no image is decoded twice.
        VipsFunctions.SetConcurrency(1);
        VipsFunctions.SetCacheMaximum(0);

        // Graft picks the loader itself; this ensures that no other loader can parse an untrusted file.
        VipsFunctions.BlockOperation("VipsForeignLoad", 1);
        foreach (var loader in (ReadOnlySpan<string>)["Jpeg", "Png", "Webp", "Nsgif", "Tiff"])
            VipsFunctions.BlockOperation("VipsForeignLoad" + loader, 0);
        return version;
    }

    /// <summary>
    /// The paths where a build or a package puts Graft's own copy. It is preferred, because its version is known.
    /// </summary>
    private static List<string> Candidates(Assembly assembly)
    {
        var platform = Platform();
        var folders = new List<string> { AppContext.BaseDirectory };
        if (
            Path.GetDirectoryName(assembly.Location) is { Length: > 0 } beside
            && !folders.Contains(beside + Path.DirectorySeparatorChar)
        )
            folders.Add(beside);
        return
        [
            .. folders.SelectMany(folder =>
                new[] { Path.Combine(folder, "runtimes", platform, "native", FileName), Path.Combine(folder, FileName) }
            ),
        ];
    }

    private static nint Find(List<string> candidates, Assembly assembly)
    {
        foreach (var candidate in candidates)
        {
            if (File.Exists(candidate) && NativeLibrary.TryLoad(candidate, out var own))
                return own;
        }

        // The bare name finds the native assets of a NuGet package, then the library in the system's folders.
        return NativeLibrary.TryLoad(FileName, assembly, null, out var system) ? system : 0;
    }

    private static string Platform()
    {
        var system =
            OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
            || File.Exists("/etc/alpine-release")
                ? "linux-musl"
            : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    private static DllNotFoundException Unusable(string expected, string found) =>
        new(
            $"Cannot load the image library libvips: expected {expected}, found {found}. Build or install "
                + "Graft again, which brings the library; or install the system's libvips "
                + "(Debian and Ubuntu: apt install libvips42; Fedora: dnf install vips; macOS: brew install vips)."
        );
}
