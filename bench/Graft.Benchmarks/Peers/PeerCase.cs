namespace Graft.Benchmarks.Peers;

/// <summary>One comparison.</summary>
/// <param name="Backbone">torchvision's name of the trunk.</param>
/// <param name="ImageSize">Height and width in pixels.</param>
/// <param name="BatchSize">Images at a time.</param>
/// <param name="Threads">Threads of each program.</param>
/// <param name="Training">How much is trained in each step; null where features are computed.</param>
internal sealed record PeerCase(
    string Backbone,
    int ImageSize,
    int BatchSize,
    int Threads,
    TrainingMode? Training = null
)
{
    /// <summary>What is compared unless cases are named.</summary>
    public static IReadOnlyList<PeerCase> All { get; } =
    [
        .. new[] { 2, 1 }.SelectMany(threads =>
            new PeerCase[]
            {
                new("resnet50", 224, 16, threads),
                new("resnet50", 224, 1, threads),
                new("resnet50", 139, 16, threads),
                new("vgg16", 224, 8, threads),
                new("mobilenet_v2", 224, 16, threads),
            }
        ),
    ];

    /// <summary>What is compared when training is.</summary>
    public static IReadOnlyList<PeerCase> AllTraining { get; } =
    [.. TrainingMode.All.Select(mode => new PeerCase("resnet50", 224, 16, 2, mode))];

    /// <summary>For example <c>resnet50-224-b16-t2</c> or <c>train-head-resnet50-224-b16-t2</c>.</summary>
    public string Name =>
        $"{(Training is null ? "" : $"{Training.Name}-")}{Backbone}-{ImageSize}-b{BatchSize}-t{Threads}";

    /// <summary>Reads a name, which need not be one of <see cref="All"/>.</summary>
    public static PeerCase Parse(string name)
    {
        var training = TrainingMode
            .All.OrderByDescending(mode => mode.Name.Length)
            .FirstOrDefault(mode => name.StartsWith($"{mode.Name}-", StringComparison.Ordinal));
        var parts = name[(training is null ? 0 : training.Name.Length + 1)..].Split('-');
        if (
            parts is [var backbone, var size, ['b', .. var batch], ['t', .. var threads]]
            && int.TryParse(size, out var pixels)
            && int.TryParse(batch, out var images)
            && int.TryParse(threads, out var count)
            && pixels > 0
            && images > 0
            && count > 0
        )
            return new PeerCase(backbone, pixels, images, count, training);
        throw new FormatException(
            $"'{name}' is no case. Expected BACKBONE-SIZE-bBATCH-tTHREADS, for example {All[0].Name}, perhaps "
                + $"behind one of {string.Join(", ", TrainingMode.All.Select(mode => $"{mode.Name}-"))}."
        );
    }
}
