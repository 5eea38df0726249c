using System.CommandLine;

namespace Graft.Cli.Parsing;

/// <summary>The classifier that a command works with.</summary>
internal static class ModelArgument
{
    private const string ModelName = "model.onnx";

    public static Argument<string> Create(string name = "MODEL") =>
        new(name) { Description = "A model.onnx that 'graft train' wrote, or its run folder." };

    /// <summary>The path of the file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Read(ParseResult parsed, Argument<string> argument)
    {
        var path = parsed.GetRequiredValue(argument);
        var file = Directory.Exists(path) ? Path.Combine(path, ModelName) : path;
        if (!File.Exists(file))
            throw new FileNotFoundException(
                $"There is no model file '{file}'. Name the {ModelName} that 'graft train' wrote, or the run folder "
                    + $"that it is in."
            );
        return file;
    }
}
