using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Layers.Tests.Networks;

/// <summary>
/// Two stages, the second residual, and a head with dropout: small, and with every trap for freezing in it.
/// </summary>
internal static class TrainingSample
{
    public static Network Make()
    {
        var network = new Network(new Shape(8, 8, 3));
        network.Add("stem", Convolution(3, 6));
        network.Add("layer1.conv", Convolution(6, 6));
        network.Add("layer1.bn", new BatchNormalization(6));
        network.Add("layer1.relu", new ReLU());
        network.Add("layer2.conv1", Convolution(6, 6));
        network.Add("layer2.bn1", new BatchNormalization(6));
        network.Add("layer2.relu1", new ReLU());
        network.Add("layer2.conv2", Convolution(6, 6));
        network.Add("layer2.bn2", new BatchNormalization(6));
        network.Add("layer2.add", new Add(), "layer2.bn2", "layer1.relu");
        network.Add("layer2.relu2", new ReLU());
        network.Add("pool", new GlobalAveragePooling2D());
        network.Add("dropout", new Dropout(0.5f));
        network.Add("fc", new Dense(6, 4));
        var random = new DeterministicRandom(5);
        foreach (var (_, parameter) in network.Parameters)
        {
            RandomTensors.FillUniform(parameter.Value.Span, random);
            if (parameter.Name == "running_var")
            {
                foreach (ref var variance in parameter.Value.Span)
                    variance = 0.5f + Math.Abs(variance);
            }
        }

        return network;
    }

    public static Tensor Images(int count) =>
        RandomTensors.Uniform(new Shape(count, 8, 8, 3), new DeterministicRandom(6));

    private static Convolution2D Convolution(int inputs, int outputs) =>
        new(
            new()
            {
                InputChannels = inputs,
                OutputChannels = outputs,
                KernelHeight = 3,
                KernelWidth = 3,
                Padding = Padding2D.Around(1),
            }
        );
}
