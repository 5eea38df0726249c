using Graft.Engines;
using Microsoft.ML.OnnxRuntime;

namespace Graft.OnnxRuntime;

/// <summary>Starts ONNX Runtime's native library once for the process. Thread-safe.</summary>
internal static class OnnxRuntimeLibrary
{
    private const string Operation = "Starting ONNX Runtime";

    // Kept alive, because native code calls it.
    private static readonly DOrtLoggingFunction Log = Remember;

    private static readonly Lazy<string> Version = new(StartOnce, LazyThreadSafetyMode.PublicationOnly);

    private static volatile string? _lastError;

    /// <summary>Checks that the library can be loaded and has the providers that a session needs.</summary>
    /// <returns>The library's version, for example "1.31.1".</returns>
    /// <exception cref="EngineException">The library or one of the providers is missing.</exception>
    public static string Require(OnnxRuntimeProvider provider)
    {
        var version = Version.Value;
        var available = OrtEnv.Instance().GetAvailableProviders();
        foreach (var name in ProviderOrder.Of(provider))
        {
            if (!available.Contains(name))
                throw new EngineException(
                    $"{Operation} for {OnnxRuntimeEngine.Word(provider)} failed: expected a library with the provider "
                        + $"{name}, found ONNX Runtime {version} with {string.Join(", ", available)}. "
                        + Remedy(provider)
                );
        }

        return version;
    }

    /// <summary>
    /// The last error that ONNX Runtime logged, which says more than its exceptions, for example which library of the
    /// provider is missing; empty if there was none since the last call.
    /// </summary>
    public static string TakeLastError() => Interlocked.Exchange(ref _lastError, null) ?? "";

    /// <summary>What to do when the library or a provider is missing.</summary>
    internal static string Remedy(OnnxRuntimeProvider provider)
    {
        var package = provider switch
        {
            OnnxRuntimeProvider.Cuda or OnnxRuntimeProvider.TensorRT when OperatingSystem.IsWindows() =>
                "Microsoft.ML.OnnxRuntime.Gpu.Windows",
            OnnxRuntimeProvider.Cuda or OnnxRuntimeProvider.TensorRT => "Microsoft.ML.OnnxRuntime.Gpu.Linux",
            OnnxRuntimeProvider.DirectML => "Microsoft.ML.OnnxRuntime.DirectML",
            OnnxRuntimeProvider.OpenVINO => "Intel.ML.OnnxRuntime.OpenVino",
            _ => "Microsoft.ML.OnnxRuntime",
        };
        return $"Reference the NuGet package {package} in your program, build graft with -p:GraftOnnxRuntime={package} "
            + "and its version in -p:GraftOnnxRuntimeVersion, or use Graft's own engine, which needs no library.";
    }

    private static string StartOnce()
    {
        try
        {
            // Without a function of ours, messages would go to standard error.
            var options = new EnvironmentCreationOptions
            {
                logId = "graft",
                logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
                loggingFunction = Log,
            };
            var environment = OrtEnv.IsCreated ? OrtEnv.Instance() : OrtEnv.CreateInstanceWithOptions(ref options);
            environment.DisableTelemetryEvents();
            return environment.GetVersionString();
        }
        catch (Exception error) when (Missing(error) is { } missing)
        {
            throw new EngineException(
                $"{Operation} failed: expected its native library (onnxruntime) beside the program or on the system's "
                    + $"library path, found none that can be loaded: {FirstLine(missing.Message)} "
                    + Remedy(OnnxRuntimeProvider.Cpu),
                error
            );
        }
    }

    /// <summary>Keeps the last part of a message; the others are places in ONNX Runtime's code.</summary>
    private static void Remember(
        nint parameter,
        OrtLoggingLevel severity,
        string category,
        string logId,
        string codeLocation,
        string message
    ) => _lastError = message.Split(" : ")[^1].Trim();

    private static Exception? Missing(Exception error) =>
        error switch
        {
            DllNotFoundException or BadImageFormatException or EntryPointNotFoundException => error,
            { InnerException: { } inner } => Missing(inner),
            _ => null,
        };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd(':', ' ', '\r');
}
