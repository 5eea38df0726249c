using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NetVips;

namespace Graft.Imaging.Native;

/// <summary>
/// Finds libvips for NetVips and starts it once for the process. <see cref="Start"/> must have run before libvips reads
/// a file. Thread-safe.
/// </summary>
internal static class VipsLibrary
{
    private static readonly Lazy<nint> Library = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);
    private static readonly Lazy<string> Started = new(StartOnce, LazyThreadSafetyMode.ExecutionAndPublication);

    private static string FileName =>
        OperatingSystem.IsWindows() ? "libvips-42.dll"
        : OperatingSystem.IsMacOS() ? "libvips.42.dylib"
        : "libvips.so.42";

    /// <summary>Loads and starts libvips unless that was done before.</summary>
    /// <returns>The library's version, "8.18.7".</returns>
    /// <exception cref="DllNotFoundException">There is no libvips, or it is too old or does not start.</exception>
    public static string Start() => Started.Value;

    /// <summary>Gives NetVips the library that <see cref="Load"/> finds.</summary>
    /// <remarks>
    /// NetVips starts libvips as soon as a method that mentions it is compiled, so this must come before any method of
    /// this assembly. For the same reason NetVips is loaded by name.
    /// </remarks>
#pragma warning disable CA2255 // A module initializer in a library: see the remarks.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void UseInNetVips()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(Assembly.Load("NetVips"), (_, _, _) => Library.Value);
        }
        catch (InvalidOperationException)
        {
            // The program has already used NetVips itself: Graft shares its library.
        }
    }

    private static string StartOnce()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            throw Library.Value == 0
                ? Unusable(
                    $"one of {string.Join(", ", Candidates())} or the system's {FileName}",
                    "none that can be loaded"
                )
                : Unusable("a libvips that starts", "one whose initialisation fails", ModuleInitializer.Exception);
        }

        var version = $"{NetVips.NetVips.Version(0)}.{NetVips.NetVips.Version(1)}.{NetVips.NetVips.Version(2)}";
        if (NetVips.NetVips.Version(0) != 8 || !NetVips.NetVips.AtLeastLibvips(8, 13))
            throw Unusable("libvips 8.13 or a later 8", $"libvips {version}");

        // Many images are decoded at a time, each on one thread, and no image is decoded twice.
        NetVips.NetVips.Concurrency = 1;
        Cache.Max = 0;

        // Graft picks the loader itself; this ensures that no other loader can parse an untrusted file.
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in (ReadOnlySpan<string>)["Jpeg", "Png", "Webp", "Nsgif", "Tiff"])
            Operation.Block("VipsForeignLoad" + loader, false);
        return version;
    }

    /// <summary>
    /// The paths where a build or a package puts Graft's own copy. It is preferred, because its version is known.
    /// </summary>
    private static List<string> Candidates()
    {
        var platform = Platform();
        var folders = new List<string> { AppContext.BaseDirectory };
        if (
            Path.GetDirectoryName(typeof(VipsLibrary).Assembly.Location) is { Length: > 0 } beside
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

    /// <returns>The library, which is not started yet, or 0 if there is none.</returns>
    private static nint Load()
    {
        nint library = 0;
        foreach (var candidate in Candidates())
        {
            if (library == 0 && File.Exists(candidate))
                _ = NativeLibrary.TryLoad(candidate, out library);
        }

        // The bare name finds the native assets of a NuGet package, then the library in the system's folders.
        if (library == 0 && !NativeLibrary.TryLoad(FileName, typeof(VipsLibrary).Assembly, null, out library))
            return 0;
        SilenceWarnings(library);
        return library;
    }

    /// <summary>
    /// Sets VIPS_WARNING, without which libvips prints warnings about single images to standard error. It must be in
    /// the C library's environment, which does not see changes to .NET's own copy, before libvips starts.
    /// </summary>
    private static unsafe void SilenceWarnings(nint library)
    {
        var setEnvironment = (delegate* unmanaged<byte*, byte*, int, int>)NativeLibrary.GetExport(library, "g_setenv");
        fixed (
            byte* name = "VIPS_WARNING\0"u8,
                value = "0\0"u8
        )
            _ = setEnvironment(name, value, 1);
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

    private static DllNotFoundException Unusable(string expected, string found, Exception? inner = null) =>
        new(
            $"Cannot load the image library libvips: expected {expected}, found {found}. Build or install "
                + "Graft again, which brings the library; or install the system's libvips "
                + "(Debian and Ubuntu: apt install libvips42; Fedora: dnf install vips; macOS: brew install vips).",
            inner
        );
}
