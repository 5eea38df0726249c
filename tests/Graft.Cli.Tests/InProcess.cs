using Graft.Cli.Rendering;

namespace Graft.Cli.Tests;

/// <summary>Runs command lines without a process of their own, as if standard output and error went to files.</summary>
internal static class InProcess
{
    public static GraftResult Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = GraftCommandLine.Run(
            arguments,
            new Terminal(output, error, false, false, false),
            CancellationToken.None
        );
        return new(code, output.ToString(), error.ToString());
    }
}
