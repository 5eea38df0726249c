using System.Diagnostics;
using System.Globalization;
using Graft.Learning.Heads;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training;
using Graft.Training.Runs;

namespace Graft.Benchmarks.Memory;

/// <summary>Trains for many epochs and tells, every tenth, what memory the process has: it must not grow.</summary>
internal static class EpochsCommand
{
    private const string Usage =
        "Usage: Graft.Benchmarks epochs PHOTOS METHOD EPOCHS   (METHOD: features, frozen or finetune)";
    private const double Mebibyte = 1 << 20;
    private const int Interval = 10;

    public static int Run(string[] arguments)
    {
        if (
            arguments.Length != 3
            || !Enum.TryParse<TrainingMethod>(arguments[1], ignoreCase: true, out var method)
            || !int.TryParse(arguments[2], NumberStyles.None, CultureInfo.InvariantCulture, out var epochs)
        )
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        using var workers = new WorkerPool();
        var folder = Directory.CreateTempSubdirectory("graft-epochs-").FullName;
        try
        {
            var request = new TrainingRequest
            {
                Data = arguments[0],
                Method = method,
                // The linear head is solved, not trained in epochs.
                Head = method == TrainingMethod.Features ? HeadSpecification.Parse("dense:128") : null,
                Epochs = epochs,
                Patience = method == TrainingMethod.Features ? epochs : null,
                Output = Path.Combine(folder, "run"),
            };
            new TransferLearning(GraftHome.Locate(), workers).Train(request, new EpochListener());
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class EpochListener : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Epoch is not { } epoch || (epoch.Epoch != 1 && epoch.Epoch % Interval != 0))
                return;
            using var process = Process.GetCurrentProcess();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"epoch {epoch.Epoch, 4}: {process.WorkingSet64 / Mebibyte, 6:F0} MiB now, "
                        + $"{process.PeakWorkingSet64 / Mebibyte, 6:F0} MiB peak, "
                        + $"{GC.GetTotalMemory(forceFullCollection: false) / Mebibyte, 6:F1} MiB managed"
                )
            );
        }
    }
}
