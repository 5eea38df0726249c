using System.CommandLine;

namespace Graft.Cli.Parsing;

/// <summary>The argument that names a classifier.</summary>
internal static class ModelArgument
{
    private const string ModelName = "model.onnx";

    public static Argument<string> Create(string name = "MODEL") =>
        new(name) { Description = "A model.onnx written by 'graft train', or its run folder." };

    /// <summary>Returns the path of the model file.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    public static string Read(ParseResult parsed, Argument<string> argument)
    {
        var path = parsed.GetRequiredValue(argument);
        var file = Directory.Exists(path) ? Path.Combine(path, ModelName) : path;
        if (!File.Exists(file))
            throw new FileNotFoundException(
                $"There is no model file '{file}'. Give a {ModelName} written by 'graft train', or its run " + "folder."
            );
        return file;
    }
}
