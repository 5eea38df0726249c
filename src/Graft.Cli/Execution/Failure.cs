using Graft.Cli.Rendering;
using Graft.Data;
using Graft.Engines;
using Graft.Features.Storage;
using Graft.Imaging;
using Graft.Training.Runs;

namespace Graft.Cli.Execution;

/// <summary>Turns exceptions into error messages and exit codes.</summary>
internal static class Failure
{
    /// <summary>The environment variable that turns stack traces on, unless its value is 0.</summary>
    public const string DebugVariable = "GRAFT_DEBUG";

    /// <summary>Writes an error message.</summary>
    /// <param name="error">The error.</param>
    /// <param name="writer">Receives the message.</param>
    /// <param name="cancellationToken">Is cancelled if the user interrupted the work.</param>
    /// <returns>The <see cref="ExitCode"/>.</returns>
    public static int Explain(Exception error, TextWriter writer, CancellationToken cancellationToken)
    {
        error = Innermost(error);
        if (error is RunInterruptedException interrupted && cancellationToken.IsCancellationRequested)
        {
            writer.WriteLine(
                "graft: interrupted. Completed work is kept. To continue: graft train --resume "
                    + $"{Format.Typed(interrupted.Run)}"
            );
            return ExitCode.Interrupted;
        }

        if (error is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            writer.WriteLine(
                "graft: interrupted. Computed features and downloaded files are kept: run the same command "
                    + "again to continue."
            );
            return ExitCode.Interrupted;
        }

        var debug = Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 } and not "0";
        writer.WriteLine(
            Message(error)
                + (IsExpected(error) || debug ? "" : $" This is a defect in Graft; set {DebugVariable}=1 for details.")
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

    /// <summary>Whether the error is one that users can cause or fix; all others are defects.</summary>
    private static bool IsExpected(Exception error) =>
        error
            is DatasetException
                or EngineException
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

    /// <summary>Removes the name of the method's parameter, which means nothing to the user.</summary>
    private static string WithoutParameter(string message)
    {
        var at = message.LastIndexOf(" (Parameter '", StringComparison.Ordinal);
        return at > 0 ? message[..at] : message;
    }
}
