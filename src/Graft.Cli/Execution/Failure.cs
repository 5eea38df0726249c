using Graft.Cli.Rendering;
using Graft.Data;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Training.Runs;

namespace Graft.Cli.Execution;

/// <summary>Turns exceptions into what the user reads and the exit code.</summary>
internal static class Failure
{
    /// <summary>Shows stack traces when set to anything but 0.</summary>
    public const string DebugVariable = "GRAFT_DEBUG";

    /// <summary>Writes one message for what went wrong.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="writer">Where the message goes.</param>
    /// <param name="cancellationToken">Tells whether the user interrupted.</param>
    /// <returns>The <see cref="ExitCode"/>.</returns>
    public static int Explain(Exception error, TextWriter writer, CancellationToken cancellationToken)
    {
        error = Innermost(error);
        if (error is RunInterruptedException interrupted && cancellationToken.IsCancellationRequested)
        {
            writer.WriteLine(
                $"graft: interrupted. Nothing that was done is lost. To go on: graft train --resume "
                    + $"{Format.Typed(interrupted.Run)}"
            );
            return ExitCode.Interrupted;
        }

        if (error is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            writer.WriteLine(
                "graft: interrupted. Computed features and fetched files are kept: the same command goes on from there."
            );
            return ExitCode.Interrupted;
        }

        var debug = Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 } and not "0";
        writer.WriteLine(
            Message(error)
                + (
                    IsExpected(error) || debug
                        ? ""
                        : $" This is a defect of Graft; set {DebugVariable}=1 for the details."
                )
        );
        if (debug)
            writer.WriteLine(error);
        return ExitCode.Failed;
    }

    private static string Message(Exception error) =>
        error switch
        {
            OutOfMemoryException =>
                "graft: out of memory. Use fewer threads (--threads), a smaller --image-size, or lower --max-pixels.",
            DllNotFoundException => $"graft: {error.Message}",
            ArgumentException { ParamName: not null } => $"graft: {WithoutParameter(error.Message)}",
            _ when IsExpected(error) => $"graft: {error.Message}",
            _ => $"graft: unexpected {error.GetType().Name}: {error.Message}",
        };

    /// <summary>What the library and the system say to users; everything else is a defect.</summary>
    private static bool IsExpected(Exception error) =>
        error
            is DatasetException
                or ImageException
                or FeatureStoreException
                or IOException
                or UnauthorizedAccessException
                or DllNotFoundException
                or ArgumentException
                or FormatException
                or ArithmeticException
                or OutOfMemoryException
                or InvalidOperationException
                {
                    InnerException: null,
                    TargetSite.DeclaringType.Namespace: "Graft.Models"
                };

    private static Exception Innermost(Exception error)
    {
        while (
            error
                is AggregateException { InnerExceptions.Count: 1 }
                    or TypeInitializationException { InnerException: not null }
                    or System.Reflection.TargetInvocationException { InnerException: not null }
        )
            error = error.InnerException!;
        return error;
    }

    /// <summary>Which parameter of a method it was means nothing to the user.</summary>
    private static string WithoutParameter(string message)
    {
        var at = message.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        return at > 0 ? message[..at] : message;
    }
}
