namespace Graft.Benchmarks.Peers;

/// <summary>One comparison.</summary>
/// <param name="Backbone">torchvision's name of the trunk.</param>
/// <param name="ImageSize">Height and width in pixels.</param>
/// <param name="BatchSize">Images at a time.</param>
/// <param name="Threads">Threads of each program.</param>
internal sealed record PeerCase(string Backbone, int ImageSize, int BatchSize, int Threads)
{
    /// <summary>What is compared unless cases are named.</summary>
    public static IReadOnlyList<PeerCase> All { get; } =
    [
        .. new[] { 2, 1 }.SelectMany(threads => new PeerCase[]
        {
            new("resnet50", 224, 16, threads),
            new("resnet50", 224, 1, threads),
            new("resnet50", 139, 16, threads),
            new("vgg16", 224, 8, threads),
            new("mobilenet_v2", 224, 16, threads),
        }),
    ];

    /// <summary>For example <c>resnet50-224-b16-t2</c>.</summary>
    public string Name => $"{Backbone}-{ImageSize}-b{BatchSize}-t{Threads}";

    /// <summary>Reads a name, which need not be one of <see cref="All"/>.</summary>
    public static PeerCase Parse(string name)
    {
        var parts = name.Split('-');
        if (parts is [var backbone, var size, ['b', .. var batch], ['t', .. var threads]]
            && int.TryParse(size, out var pixels) && int.TryParse(batch, out var images) && int.TryParse(threads, out var count)
            && pixels > 0 && images > 0 && count > 0)
            return new PeerCase(backbone, pixels, images, count);
        throw new FormatException($"'{name}' is no case. Expected BACKBONE-SIZE-bBATCH-tTHREADS, for example {All[0].Name}.");
    }
}
