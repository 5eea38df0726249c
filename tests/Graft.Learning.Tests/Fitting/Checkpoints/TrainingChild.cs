using System.Diagnostics;
using System.Runtime.CompilerServices;
using Graft.Learning.Fitting.Checkpoints;

namespace Graft.Learning.Tests.Fitting.Checkpoints;

/// <summary>
/// A second process to be killed: this very program, which trains instead of running tests when a variable tells it to.
/// </summary>
internal static class TrainingChild
{
    private const string Variable = "GRAFT_TESTS_TRAIN";

    /// <summary>
    /// Starts a process that trains with checkpoints in a folder, prints a line for each batch and each epoch, and
    /// writes the result to a file.
    /// </summary>
    public static Process Start(string folder, string result)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { "exec", typeof(TrainingChild).Assembly.Location },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Variable] = $"{folder}|{result}";
        return Process.Start(start) ?? throw new InvalidOperationException("The second process did not start.");
    }

    // Before anything else of this program runs.
    [ModuleInitializer]
    internal static void TrainIfTold()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } task)
            return;
        var parts = task.Split('|', 2);
        using (var training = new CheckpointedTraining())
        {
            var watcher = new CheckpointedTraining.Watcher { Always = () => Console.WriteLine() };
            File.WriteAllText(
                parts[1],
                training.Run(
                    new CheckpointOptions
                    {
                        Folder = parts[0],
                        Interval = TimeSpan.Zero,
                        Notices = new Printer(),
                    },
                    watcher
                )
            );
        }

        Environment.Exit(0);
    }

    private sealed class Printer : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
