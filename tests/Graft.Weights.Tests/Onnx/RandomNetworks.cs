using Graft.Layers;
using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Tensors;

namespace Graft.Weights.Tests.Onnx;

/// <summary>
/// Random small classifiers: a few layers over an image, some of them in residual branches, and a head.
/// </summary>
internal static class RandomNetworks
{
    /// <summary>Makes a network, which the caller disposes; the same one for the same seed.</summary>
    public static Network Build(ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var network = new Network(new Shape(3 + random.NextInt(10), 3 + random.NextInt(10), 3));
        if (random.NextInt(2) == 0)
            network.Add("preprocessing", Preprocessing(random));
        for (var count = random.NextInt(8); count > 0; count--)
            AddImageLayer(network, random);
        if (random.NextInt(4) > 0)
            AddHead(network, random);
        if (network.Nodes.Count == 0)
            network.Add("relu", new ReLU());
        LayerNetworks.FillParameters(network, random);
        return network;
    }

    private static ChannelNormalization Preprocessing(DeterministicRandom random)
    {
        return new ChannelNormalization(
            random.NextInt(2) == 0,
            random.NextInt(2) == 0 ? 1 : Positive(),
            random.NextInt(2) == 0 ? [0, 0, 0] : [Positive(), Positive(), Positive()],
            random.NextInt(2) == 0 ? [1, 1, 1] : [Positive(), Positive(), Positive()]
        );

        float Positive() => 0.25f + random.NextSingle();
    }

    private static void AddImageLayer(Network network, DeterministicRandom random)
    {
        var (height, width, channels) = (network.OutputShape[0], network.OutputShape[1], network.OutputShape[2]);
        var name = $"layer{network.Nodes.Count}.{random.NextInt(100)}";
        switch (random.NextInt(10))
        {
            case 0:
                network.Add(name, new ZeroPadding2D(Padding(2, 2)));
                break;
            case 1:
                network.Add(name, new BatchNormalization(channels, 0.001f + random.NextSingle(), random.NextSingle()));
                break;
            case 2:
                network.Add(name, random.NextInt(2) == 0 ? new ReLU() : new ReLU(0.5f + random.NextSingle()));
                break;
            case 3:
                network.Add(name, new MaxPooling2D(Window()));
                break;
            case 4:
                network.Add(name, new AveragePooling2D(Window(), random.NextInt(2) == 0));
                break;
            case 5:
                network.Add(name, new Dropout(0.9f * random.NextSingle()));
                break;
            case 7:
                network.Add(
                    name,
                    random.NextInt(4) switch
                    {
                        0 => new Sigmoid(),
                        1 => new Swish(),
                        2 => new HardSigmoid(),
                        _ => (Layer)new HardSwish(),
                    }
                );
                break;
            case 8:
                network.Add(
                    name,
                    new Concatenate(2),
                    network.OutputName,
                    network.Nodes.Count > 0 && random.NextInt(2) == 0 ? SameSize() : network.OutputName
                );
                break;
            case 6:
                var start = network.OutputName;
                var branch = network.Add(
                    $"{name}.branch",
                    new Convolution2D(
                        new()
                        {
                            InputChannels = channels,
                            OutputChannels = channels,
                            KernelHeight = 3,
                            KernelWidth = 3,
                            Padding = Padding2D.Around(1),
                        }
                    )
                );
                string[] inputs = random.NextInt(2) == 0 ? [start, branch] : [branch, start];
                network.Add(name, new Add(), inputs);
                break;
            default:
                var (kernelHeight, kernelWidth) = (
                    1 + random.NextInt(Math.Min(3, height)),
                    1 + random.NextInt(Math.Min(3, width))
                );
                var outputs = 1 + random.NextInt(20);
                var groups = Enumerable
                    .Range(1, channels)
                    .Where(count => channels % count == 0 && outputs % count == 0)
                    .ToArray();
                network.Add(
                    name,
                    new Convolution2D(
                        new()
                        {
                            InputChannels = channels,
                            OutputChannels = outputs,
                            Groups = groups[random.NextInt(groups.Length)],
                            KernelHeight = kernelHeight,
                            KernelWidth = kernelWidth,
                            Stride = 1 + random.NextInt(3),
                            Padding = Padding(3, 3),
                            HasBias = random.NextInt(2) == 0,
                        }
                    )
                );
                break;
        }

        string SameSize() =>
            network
                .Nodes.Last(node => network.ShapeOf(node.Name) is var shape && shape[0] == height && shape[1] == width)
                .Name;

        Padding2D Padding(int rows, int columns) =>
            new(random.NextInt(rows), random.NextInt(columns), random.NextInt(rows), random.NextInt(columns));

        Pooling2DOptions Window()
        {
            var (windowHeight, windowWidth) = (
                1 + random.NextInt(Math.Min(3, height)),
                1 + random.NextInt(Math.Min(3, width))
            );
            return new()
            {
                Height = windowHeight,
                Width = windowWidth,
                Stride = 1 + random.NextInt(3),
                Padding = Padding(windowHeight, windowWidth),
            };
        }
    }

    private static void AddHead(Network network, DeterministicRandom random)
    {
        network.Add("pool", random.NextInt(2) == 0 ? new GlobalAveragePooling2D() : new Flatten());
        if (random.NextInt(2) == 0)
        {
            network.Add("hidden", new Dense(network.OutputShape[0], 1 + random.NextInt(20)));
            network.Add("hidden/relu", new ReLU());
        }

        network.Add("fc", new Dense(network.OutputShape[0], 1 + random.NextInt(20)));
        network.Add("softmax", new Softmax());
    }
}
