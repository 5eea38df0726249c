using Graft.Models.Downloads;

namespace Graft.Models;

/// <summary>A TensorFlow.js model in an npm package.</summary>
/// <param name="Package">The package.</param>
/// <param name="ModelPath">The path of the model in the package.</param>
/// <param name="LabelsPath">
/// The path of the class labels in the package: a JSON object that maps the number of each class to its label.
/// </param>
/// <param name="ParameterCount">
/// The number of values in all tensors, including the running statistics of batch normalisation.
/// </param>
/// <param name="TensorNames">Maps the name of every tensor in the package to its name in the network.</param>
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
