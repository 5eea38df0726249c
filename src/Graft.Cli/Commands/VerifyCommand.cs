using System.CommandLine;
using Graft.Classification;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;

namespace Graft.Cli.Commands;

/// <summary><c>graft verify</c>: whether a classifier's file still says what it said.</summary>
internal static class VerifyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var (model, exact, threads, json) = (
            ModelArgument.Create(),
            CommonOptions.Exact(),
            CommonOptions.Threads(),
            CommonOptions.Json()
        );
        var command = new VerbCommand(
            "verify",
            "Check that a classifier says on this machine what it said when it was written."
        )
        {
            Examples =
            [
                new("graft verify runs/train/model.onnx", "the largest difference of a probability"),
                new("graft verify runs/train/model.onnx --json", "for scripts"),
            ],
            Notes =
            [
                "The file has a few synthetic images' answers in it, no photos. 'graft predict' checks each new "
                    + "file once; exit code 1 when it does not pass.",
            ],
        };
        command.Add(model);
        foreach (var option in new Option[] { exact, threads, json })
            command.Add(option);
        command.SetAction(parsed =>
        {
            var report = ModelVerification.Verify(
                ModelArgument.Read(parsed, model),
                new() { Exact = parsed.GetValue(exact) },
                parsed.GetValue(threads) ?? 0
            );
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(environment.Terminal, report, types => types.VerificationReport);
            }
            else
            {
                var facts = new FactList(environment.Terminal.Output);
                facts.Add(
                    "Verdict",
                    report.Passed ? "passed" : "FAILED: the file was altered, or this machine computes wrongly"
                );
                facts.Add(
                    "Difference",
                    $"{Format.Number(report.LargestDifference)} at most in the probabilities of "
                        + $"{Format.Count(report.Images, "golden image")}; {Format.Number(report.Tolerance)} is allowed"
                );
                facts.Add("Computed", report.Numerics);
                facts.Add("SHA-256", report.Sha256);
                facts.Print();
            }

            return report.Passed ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
