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
using Graft.Testing;

namespace Graft.Layers.Tests.Inference;

/// <summary>Makes networks of every kind of node, in any order that shapes allow, with branches and sums.</summary>
internal static class RandomNetwork
{
    public static Network Make(ulong seed)
    {
        var random = new DeterministicRandom(seed);
        var channels = 1 + random.NextInt(20);
        var network = new Network(new Shape(5 + random.NextInt(6), 5 + random.NextInt(6), channels));
        var count = 3 + random.NextInt(12);
        for (var i = 0; i < count; i++)
            AddSpatial(network, $"n{i}", random);
        if (random.NextInt(3) > 0)
            AddHead(network, random);
        Fill(network, random);
        return network;
    }

    private static void AddSpatial(Network network, string name, DeterministicRandom random)
    {
        // Now and then not behind the last node, so that values have several readers.
        var input =
            random.NextInt(4) == 0 && network.Nodes.Count > 0
                ? network.Nodes[random.NextInt(network.Nodes.Count)].Name
                : network.OutputName;
        var shape = network.ShapeOf(input);
        var channels = shape[2];
        var fits = Math.Min(shape[0], shape[1]) >= 3;
        switch (random.NextInt(16))
        {
            case 0 or 1 or 2 when fits:
                var kernel = 1 + random.NextInt(3);
                var outputs = random.NextInt(2) == 0 ? channels : 1 + random.NextInt(24);
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
                            Groups = random.NextInt(2) == 0 ? 1 : groups[random.NextInt(groups.Length)],
                            KernelHeight = kernel,
                            KernelWidth = 1 + random.NextInt(3),
                            Stride = 1 + (random.NextInt(3) / 2),
                            Padding =
                                random.NextInt(2) == 0
                                    ? Padding2D.Around(kernel / 2)
                                    : new Padding2D(
                                        random.NextInt(2),
                                        random.NextInt(2),
                                        random.NextInt(2),
                                        random.NextInt(2)
                                    ),
                            HasBias = random.NextInt(2) == 0,
                        }
                    ),
                    input
                );
                break;
            case 3:
                network.Add(name, new BatchNormalization(channels), input);
                break;
            case 4:
                network.Add(name, new ReLU(random.NextInt(3) == 0 ? 0.5f : float.PositiveInfinity), input);
                break;
            case 5:
                network.Add(
                    name,
                    new ZeroPadding2D(
                        new Padding2D(random.NextInt(3), random.NextInt(3), random.NextInt(3), random.NextInt(3))
                    ),
                    input
                );
                break;
            case 6 when fits:
                var window = new Pooling2DOptions
                {
                    Height = 2,
                    Width = 3,
                    Stride = 1 + random.NextInt(2),
                    Padding = random.NextInt(2) == 0 ? default : Padding2D.Around(1),
                    RoundUp = random.NextInt(2) == 0,
                };
                network.Add(
                    name,
                    random.NextInt(2) == 0
                        ? new MaxPooling2D(window)
                        : new AveragePooling2D(window, !window.RoundUp && random.NextInt(2) == 0),
                    input
                );
                break;
            case 7:
                network.Add(name, random.NextInt(2) == 0 ? new Dropout(0.5f) : new StochasticDepth(0.5f), input);
                break;
            case 8:
                network.Add(
                    name,
                    random.NextInt(4) switch
                    {
                        0 => new Sigmoid(),
                        1 => new Swish(),
                        2 => new HardSigmoid(),
                        _ => (Layer)new HardSwish(),
                    },
                    input
                );
                break;
            case 9:
                var others = network
                    .Nodes.Select(node => node.Name)
                    .Where(other => network.ShapeOf(other)[0] == shape[0] && network.ShapeOf(other)[1] == shape[1])
                    .Take(1 + random.NextInt(2))
                    .ToArray();
                network.Add(name, new Concatenate(1 + others.Length), [input, .. others]);
                break;
            case 10:
                network.Add(
                    name,
                    new AdaptiveAveragePooling2D(1 + random.NextInt(shape[0]), 1 + random.NextInt(shape[1])),
                    input
                );
                break;
            case 11 or 12:
                network.Add($"{name}.squeeze", new AdaptiveAveragePooling2D(1, 1), input);
                network.Add(
                    $"{name}.excite",
                    new Convolution2D(
                        new()
                        {
                            InputChannels = channels,
                            OutputChannels = channels,
                            KernelHeight = 1,
                            KernelWidth = 1,
                        }
                    )
                );
                network.Add($"{name}.gate", new Sigmoid());
                network.Add(name, new Multiply(), input, $"{name}.gate");
                break;
            default:
                var partners = network
                    .Nodes.Select(node => node.Name)
                    .Where(other => network.ShapeOf(other) == shape)
                    .ToArray();
                if (partners.Length > 0)
                    network.Add(name, new Add(), input, partners[random.NextInt(partners.Length)]);
                else
                    network.Add(name, new ReLU(), input);
                break;
        }
    }

    private static void AddHead(Network network, DeterministicRandom random)
    {
        network.Add("vector", random.NextInt(2) == 0 ? new Flatten() : new GlobalAveragePooling2D());
        network.Add("fc1", new Dense(network.OutputShape[0], 1 + random.NextInt(20)));
        if (random.NextInt(2) == 0)
            network.Add("fc.relu", new ReLU());
        network.Add("fc.dropout", new Dropout(0.3f));
        network.Add("fc2", new Dense(network.OutputShape[0], 5));
        if (random.NextInt(2) == 0)
            network.Add("softmax", new Softmax());
    }

    private static void Fill(Network network, DeterministicRandom random)
    {
        Initializers.HeUniform(network, random);
        foreach (var (name, parameter) in network.Parameters)
        {
            if (parameter.Role == ParameterRole.Weight)
                continue;
            RandomTensors.FillUniform(parameter.Value.Span, random);
            foreach (ref var value in parameter.Value.Span)
            {
                // Factors and variances of about one, so that deep networks neither vanish nor explode.
                if (parameter.Role == ParameterRole.Scale || name.EndsWith(".running_var", StringComparison.Ordinal))
                    value = 1 + (0.5f * value);
            }
        }
    }
}
