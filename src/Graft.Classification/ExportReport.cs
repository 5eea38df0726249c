namespace Graft.Classification;

/// <summary>What an export wrote.</summary>
/// <param name="Model">The model file that was read.</param>
/// <param name="Format">The format of the files.</param>
/// <param name="Output">The output folder.</param>
/// <param name="Files">The written files, one entry per part.</param>
public sealed record ExportReport(string Model, ExportFormat Format, string Output, IReadOnlyList<ExportedFile> Files);

/// <summary>A file that was written.</summary>
/// <param name="Part">The part of the classifier.</param>
/// <param name="Path">The file to load; there may be further files beside it.</param>
/// <param name="Bytes">The total size of the part's files, in bytes.</param>
/// <param name="Input">The shape of one input, without the batch.</param>
/// <param name="Output">The shape of one output, without the batch.</param>
public sealed record ExportedFile(
    ModelParts Part,
    string Path,
    long Bytes,
    IReadOnlyList<int> Input,
    IReadOnlyList<int> Output
);
