using Graft.Imaging;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Pooling;

namespace Graft.Models.Tests;

/// <summary>An architecture of one's own: what its construction marks, and what is said where a mark is missing.</summary>
public sealed class ArchitectureBuilderTests
{
    [Fact]
    public void The_marks_become_the_properties_of_the_same_names()
    {
        var architecture = Small(Complete);
        Assert.Equal(["pool", "relu"], architecture.FeatureNodes);
        Assert.Equal("relu", architecture.SpatialFeatures);
        Assert.Equal("pool", architecture.PooledFeatures);
        Assert.Equal("logits", architecture.LogitsNode);
        Assert.Equal([new("body", "conv"), new("classifier", "pool")], architecture.Stages);
        using var trunk = architecture.BuildTrunk(architecture.Preprocessing);
        Assert.Equal("pool", trunk.OutputName);
    }

    [Fact]
    public void Usual_spatial_features_come_first_and_end_the_trunk()
    {
        var architecture = Small(
            (builder, classes) =>
            {
                Body(builder);
                builder.MarkSpatialFeatures(areUsual: true);
                builder.BeginStage("classifier");
                builder.Network.Add("pool", new GlobalAveragePooling2D());
                builder.MarkFeatures();
                builder.Network.Add("hidden", new Dense(4, 5));
                builder.MarkPooledFeatures();
                builder.Network.Add("logits", new Dense(5, classes));
                builder.MarkLogits();
            }
        );
        Assert.Equal(["relu", "pool", "hidden"], architecture.FeatureNodes);
        using var trunk = architecture.BuildTrunk(architecture.Preprocessing);
        Assert.Equal("relu", trunk.OutputName);
    }

    [Fact]
    public void Nothing_is_built_before_a_name_is_read_and_then_once()
    {
        var built = 0;
        var architecture = Small(
            (builder, classes) =>
            {
                built++;
                Complete(builder, classes);
            }
        );
        Assert.Equal(0, built);
        _ = architecture.FeatureNodes;
        _ = architecture.SpatialFeatures;
        _ = architecture.PooledFeatures;
        _ = architecture.LogitsNode;
        _ = architecture.Stages;
        Assert.Equal(1, built);
    }

    [Theory]
    [InlineData("spatial", "the spatial features are not marked. Call MarkSpatialFeatures ")]
    [InlineData("pooled", "the pooled features are not marked. Call MarkPooledFeatures ")]
    [InlineData("logits", "the logits are not marked. Call MarkLogits ")]
    [InlineData("stage", "no stage begins at the first node. Call BeginStage ")]
    public void A_missing_mark_is_named_at_first_use(string missing, string expected)
    {
        void AddLayers(ArchitectureBuilder builder, int classes)
        {
            if (missing != "stage")
                builder.BeginStage("body");
            builder.Network.Add("relu", new ReLU());
            if (missing != "spatial")
                builder.MarkSpatialFeatures();
            builder.BeginStage("classifier");
            builder.Network.Add("pool", new GlobalAveragePooling2D());
            if (missing != "pooled")
                builder.MarkPooledFeatures();
            builder.Network.Add("logits", new Dense(3, classes));
            if (missing != "logits")
                builder.MarkLogits();
        }

        RefusedWith(expected, AddLayers);
    }

    [Fact]
    public void Marks_at_the_wrong_place_are_refused()
    {
        RefusedWith(
            "the spatial features must be [height, width, channels] or [tokens, channels], but 'pool' gives [4]",
            (builder, classes) =>
            {
                Body(builder);
                builder.Network.Add("pool", new GlobalAveragePooling2D());
                builder.MarkSpatialFeatures();
                builder.MarkPooledFeatures();
                builder.Network.Add("logits", new Dense(4, classes));
                builder.MarkLogits();
            }
        );
        RefusedWith("the logits are 'logits', but the last node is 'softmax'", (builder, classes) =>
        {
            Complete(builder, classes);
            builder.Network.Add("softmax", new Softmax());
        });
        RefusedWith("stage 'more' has no nodes", (builder, classes) =>
        {
            Complete(builder, classes);
            builder.BeginStage("more");
        });
        RefusedWith("there is already a stage 'body'", (builder, classes) =>
        {
            Complete(builder, classes);
            builder.BeginStage("body");
        });
        RefusedWith("the logits are already marked, at 'logits'", (builder, classes) =>
        {
            Complete(builder, classes);
            builder.MarkLogits();
        });
    }

    /// <summary>Reading a name and building must both fail, with the architecture's name.</summary>
    private static void RefusedWith(string expected, Action<ArchitectureBuilder, int> addLayers)
    {
        var architecture = Small(addLayers);
        foreach (
            var error in new[]
            {
                Assert.Throws<InvalidOperationException>(() => architecture.FeatureNodes),
                Assert.Throws<InvalidOperationException>(() => architecture.Stages),
                Assert.Throws<InvalidOperationException>(() => architecture.Build(architecture.Preprocessing)),
            }
        )
            Assert.StartsWith($"Building 'small': {expected}", error.Message, StringComparison.Ordinal);
    }

    private static Architecture Small(Action<ArchitectureBuilder, int> addLayers) =>
        new()
        {
            Name = "small",
            Title = "Small",
            Paper = "none",
            Preprocessing = Preprocessing.Torchvision(8),
            SmallestSize = 3,
            AddLayers = addLayers,
        };

    private static void Complete(ArchitectureBuilder builder, int classes)
    {
        Body(builder);
        builder.MarkSpatialFeatures();
        builder.BeginStage("classifier");
        builder.Network.Add("pool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        builder.Network.Add("logits", new Dense(4, classes));
        builder.MarkLogits();
    }

    private static void Body(ArchitectureBuilder builder)
    {
        builder.BeginStage("body");
        builder.Network.Add(
            "conv",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 4,
                    KernelHeight = 3,
                    KernelWidth = 3,
                }
            )
        );
        builder.Network.Add("relu", new ReLU());
    }
}
