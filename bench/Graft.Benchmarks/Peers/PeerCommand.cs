using System.Text.Json;

namespace Graft.Benchmarks.Peers;

/// <summary>Compares programs: progress on standard error, the table on standard output.</summary>
internal static class PeerCommand
{
    /// <summary>A program at rest that uses more of a processor than this makes the others' times doubtful.</summary>
    private const double LargestUseAtRest = 0.05;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static int Run(string[] arguments)
    {
        if (arguments.Contains("--help"))
        {
            Console.WriteLine(PeerOptions.Usage);
            return 0;
        }

        var folder = Directory.CreateTempSubdirectory("graft-peers-").FullName;
        try
        {
            var options = PeerOptions.Parse(arguments);
            var cases = options.Cases.Count > 0 ? options.Cases : PeerCase.All;
            if (options.ListsOnly)
            {
                Console.WriteLine(string.Join('\n', cases.Select(job => job.Name)));
                return 0;
            }

            var load = Load();
            if (load > 0.5)
                Console.Error.WriteLine(
                    $"The machine is busy (load {load:F1} over the last minute): times will be too long, ratios "
                        + $"less so."
                );
            var results = cases
                .Select(job => PeerComparison.Run(job, options, folder, Console.Error.WriteLine))
                .ToArray();
            Console.WriteLine(PeerTable.Of(results));
            foreach (
                var (result, program) in results.SelectMany(result =>
                    result
                        .Programs.Where(program => program.BusyWhileResting > LargestUseAtRest)
                        .Select(program => (result, program))
                )
            )
                Console.WriteLine(
                    $"Doubtful: in {result.Case}, {program.Name} used {program.BusyWhileResting:P0} of a processor "
                        + $"while others had their turn."
                );
            if (options.Output is { } path)
                File.WriteAllText(
                    path,
                    JsonSerializer.Serialize(
                        new
                        {
                            measured = DateTime.UtcNow.ToString(
                                "yyyy-MM-dd",
                                System.Globalization.CultureInfo.InvariantCulture
                            ),
                            machine = PeerMachine.Describe(),
                            load,
                            options.Rounds,
                            options.Seconds,
                            results,
                        },
                        Json
                    )
                );
            return 0;
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
        catch (Exception error)
            when (error
                    is InvalidDataException
                        or InvalidOperationException
                        or IOException
                        or System.ComponentModel.Win32Exception
            )
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>How many processes wanted a processor over the last minute; 0 where the system does not tell.</summary>
    private static double Load() =>
        File.Exists("/proc/loadavg")
            ? double.Parse(
                File.ReadAllText("/proc/loadavg").Split(' ')[0],
                System.Globalization.CultureInfo.InvariantCulture
            )
            : 0;
}
