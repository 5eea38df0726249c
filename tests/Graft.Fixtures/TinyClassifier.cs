using Graft.Classification;
using Graft.Classification.Confidence;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Fixtures;

/// <summary>Writes a classifier with random weights.</summary>
public static class TinyClassifier
{
    public static readonly string[] ClassNames =
    [
        "Käse",
        "a \"quoted\" name",
        "comma, and\nline break",
        "日本語",
        "😀",
    ];

    public static Provenance Provenance { get; } =
        new()
        {
            Graft = "1.2.3",
            Backbone = "tiny",
            BackboneDigest = "digest",
            BackboneLicence = "MIT \"or so\"",
            Head = "linear",
            Seed = ulong.MaxValue,
            TrainingImages = 3,
            ValidationImages = 0,
            L2 = 0.1,
        };

    public static Network MakeHead(int classes = 5, float scale = 1)
    {
        var head = new Network(new Shape(TinyBackbone.Channels));
        head.Add("head.logits", new Dense(TinyBackbone.Channels, classes));
        Initializers.HeUniform(head, new DeterministicRandom(5));
        foreach (ref var value in head.Nodes[0].Layer.Parameters[0].Value.Span)
            value *= scale;
        return head;
    }

    public static string Write(
        string path,
        IReadOnlyList<string>? classNames = null,
        float scale = 1,
        ModelConfidence? confidence = null
    )
    {
        classNames ??= ClassNames;
        using var backbone = TinyBackbone.Make();
        using var head = MakeHead(classNames.Count, scale);
        var metadata = new ClassifierMetadata(classNames, backbone.Preprocessing, backbone.Node, Provenance)
        {
            Confidence = confidence,
        };
        using var network = backbone.TakeNetwork();
        ClassifierFile.Write(path, network, head, metadata);
        return path;
    }
}
