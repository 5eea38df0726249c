using System.CommandLine;
using Graft.Engines;
using Graft.OnnxRuntime;

namespace Graft.Cli.Parsing;

/// <summary>The options that choose what runs frozen networks.</summary>
internal sealed class EngineOptions
{
    private readonly Option<string?> _engine = OptionKinds.Parsed<string?>(
        "--engine",
        "ENGINE",
        "What runs the frozen network: graft, Graft's own engine, or onnxruntime, which can use a GPU: "
            + $"{string.Join(", ", OnnxRuntimeEngine.Entry.Variants.Skip(1).Select(word => $"onnxruntime:{word}"))}. "
            + "With ONNX Runtime the last digits may depend on --threads. [default: graft]",
        static text => Engines.Names.Contains(text.ToLowerInvariant()) ? text.ToLowerInvariant() : Reject(text)
    );

    private readonly Option<bool> _exact = new("--exact")
    {
        Description =
            "Compute 3x3 convolutions directly instead of with Winograd's algorithm. Slower; avoids a "
            + "rounding error of about one part in a million. The same as --engine graft:exact.",
    };

    /// <summary>The engines that commands offer.</summary>
    public static EngineSet Engines { get; } = new(OnnxRuntimeEngine.Entry);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_engine);
        command.Add(_exact);
        command.Validators.Add(result =>
        {
            if (
                result.GetResult(_exact) is { Implicit: false }
                && result.GetResult(_engine) is { Implicit: false } given
                && given.GetValueOrDefault<string?>() is { } engine
                && engine.Split(':')[0] != "graft"
            )
                result.AddError($"--exact has no effect on --engine {engine}; leave one of them out.");
        });
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="EngineException">The engine cannot be had on this machine.</exception>
    public IEngine Read(ParseResult parsed) =>
        parsed.GetValue(_exact) ? GraftEngine.Exact : Engines.Create(parsed.GetValue(_engine) ?? "graft");

    private static string Reject(string text) =>
        throw new FormatException($"'{text}' is not an engine; expected {string.Join(", ", Engines.Names)}.");
}
