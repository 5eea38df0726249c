using System.CommandLine;
using Graft.Classification;
using Graft.Cli.Execution;
using Graft.Cli.Parsing;
using Graft.Cli.Rendering;

namespace Graft.Cli.Commands;

/// <summary><c>graft verify</c>: checks that a classifier reproduces its stored predictions.</summary>
internal static class VerifyCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CommandEnvironment environment)
    {
        var (model, engine, threads, json) = (
            ModelArgument.Create(),
            new EngineOptions(),
            CommonOptions.Threads(),
            CommonOptions.Json()
        );
        var command = new VerbCommand(
            "verify",
            "Check that a classifier reproduces its stored predictions on this machine."
        )
        {
            Examples =
            [
                new("graft verify runs/train/model.onnx", "the largest difference between probabilities"),
                new("graft verify runs/train/model.onnx --json", "for scripts"),
            ],
            Notes =
            [
                "The model file stores its predictions for a few synthetic images. 'graft predict' checks "
                    + "each new file once. Exit code 1 if the check fails.",
            ],
        };
        command.Add(model);
        engine.AddTo(command);
        foreach (var option in new Option[] { threads, json })
            command.Add(option);
        command.SetAction(parsed =>
        {
            var report = ModelVerification.Verify(
                ModelArgument.Read(parsed, model),
                engine.Read(parsed),
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
                    report.Passed ? "passed" : "FAILED: the file was changed, or this machine computes incorrectly"
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
