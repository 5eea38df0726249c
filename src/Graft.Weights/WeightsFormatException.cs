namespace Graft.Weights;

/// <summary>A file of weights is not what its format, or the model it is for, asks for.</summary>
public sealed class WeightsFormatException : IOException
{
    /// <summary>Makes the exception; its message is built from the parts.</summary>
    /// <param name="operation">What was being done, as in "Reading the safetensors header".</param>
    /// <param name="file">The path of the file.</param>
    /// <param name="expected">What the file should hold there.</param>
    /// <param name="found">What it holds instead.</param>
    /// <param name="remedy">What to do about it, as a sentence.</param>
    /// <param name="innerException">What made it known, if anything.</param>
    public WeightsFormatException(
        string operation,
        string file,
        string expected,
        string found,
        string remedy,
        Exception? innerException = null
    )
        : base($"{operation} of '{file}' failed: expected {expected}, found {found}. {remedy}", innerException)
    {
        File = file;
        Expected = expected;
        Found = found;
        Remedy = remedy;
    }

    /// <summary>The path of the file.</summary>
    public string File { get; }

    /// <summary>What the file should hold.</summary>
    public string Expected { get; }

    /// <summary>What it holds instead.</summary>
    public string Found { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
