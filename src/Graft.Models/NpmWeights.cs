using Graft.Models.Downloads;

namespace Graft.Models;

/// <summary>A TensorFlow.js model in an npm package.</summary>
/// <param name="Package">The package.</param>
/// <param name="ModelPath">The path in the package of the model.</param>
/// <param name="LabelsPath">
/// The path in the package of the class labels: a JSON object from each class's number to its label.
/// </param>
/// <param name="ParameterCount">
/// How many numbers the weights are, the statistics of batch normalization included.
/// </param>
/// <param name="TensorNames">The network's name for each tensor of the package: every tensor is listed.</param>
public sealed record NpmWeights(
    NpmPackage Package,
    string ModelPath,
    string LabelsPath,
    long ParameterCount,
    IReadOnlyDictionary<string, string> TensorNames
) : WeightsOrigin
{
    /// <inheritdoc/>
    public override string Place => Package.ToString();

    /// <inheritdoc/>
    public override long Bytes => Package.Bytes;

    internal override bool IsOf(string digest) => digest == Package.Integrity;
}
