using Graft.Engines;
using Graft.Features.Backbones;
using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Tensors;

namespace Graft.Fixtures;

/// <summary>A trunk small enough for quick tests, with random weights.</summary>
public static class TinyBackbone
{
    public const int Channels = 12;

    public const int Size = 16;

    public static Backbone Make(
        ulong seed = 1,
        bool spatial = false,
        float scale = 1,
        ResizeRule resize = ResizeRule.Stretch,
        bool exact = false,
        bool onlyRuns = false
    )
    {
        var preprocessing = Preprocessing.Caffe(Size) with { Resize = resize };
        var network = new Network(new Shape(Size, Size, 3));
        network.Add("preprocessing", preprocessing.ToLayer());
        network.Add(
            "conv1",
            new Convolution2D(
                new()
                {
                    InputChannels = 3,
                    OutputChannels = 8,
                    KernelHeight = 3,
                    KernelWidth = 3,
                    Stride = 2,
                    Padding = Padding2D.Around(1),
                }
            )
        );
        network.Add("relu1", new ReLU());
        network.Add(
            "conv2",
            new Convolution2D(
                new()
                {
                    InputChannels = 8,
                    OutputChannels = Channels,
                    KernelHeight = 3,
                    KernelWidth = 3,
                    Stride = 2,
                    Padding = Padding2D.Around(1),
                }
            )
        );
        network.Add("relu2", new ReLU());
        if (!spatial)
            network.Add("pool", new GlobalAveragePooling2D());
        Initializers.HeUniform(network, new DeterministicRandom(seed));
        // Pixels of up to 255 come in; what comes out should be of the size of 1.
        foreach (ref var value in network["conv1"].Layer.Parameters[0].Value.Span)
            value *= scale / 50;
        return new Backbone("tiny", network, preprocessing)
        {
            Engine = exact ? GraftEngine.Exact : GraftEngine.Default,
            OnlyRuns = onlyRuns,
        };
    }
}
