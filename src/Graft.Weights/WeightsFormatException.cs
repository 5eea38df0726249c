namespace Graft.Weights;

/// <summary>A weights file violates its format or does not fit the model.</summary>
public sealed class WeightsFormatException : IOException
{
    /// <summary>Creates the exception and builds its message from the parts.</summary>
    /// <param name="operation">The operation, for example "Reading the safetensors header".</param>
    /// <param name="file">The path of the file.</param>
    /// <param name="expected">What the file should contain there.</param>
    /// <param name="found">What it contains instead.</param>
    /// <param name="remedy">What the user can do about it, one sentence.</param>
    /// <param name="innerException">The underlying cause, if any.</param>
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

    /// <summary>What the file should contain.</summary>
    public string Expected { get; }

    /// <summary>What it contains instead.</summary>
    public string Found { get; }

    /// <summary>What the user can do about it.</summary>
    public string Remedy { get; }
}
