using Graft.Models.Networks;

namespace Graft.Models.Published;

/// <summary>
/// The ResNet-18 of ML.NET's image featurizer: the description, and the names of the tensors. CNTK trained and exported
/// it, without its classifier.
/// </summary>
/// <remarks>
/// ML.NET's pipeline: <c>ResizeImages</c> scales an image to just fill 224x224 and crops the centre (its default,
/// <c>IsoCrop</c>), <c>ExtractPixels</c> gives red, green and blue of 0 to 255, <c>ResNetPreprocess.onnx</c> puts blue
/// first and subtracts the mean image, and <c>ResNet18.onnx</c> gives the features.
/// </remarks>
internal static class MlNetResNet18Weights
{
    /// <summary>
    /// The layers in torchvision's names. CNTK numbered the tensors; the numbers are that of the kernel and the first
    /// of the normalisation's four.
    /// </summary>
    private static readonly (string Convolution, string Normalization, int Kernel, int First)[] Layers =
    [
        ("conv1", "bn1", 91, 96),
        ("layer1.0.conv1", "layer1.0.bn1", 86, 113),
        ("layer1.0.conv2", "layer1.0.bn2", 82, 127),
        ("layer1.1.conv1", "layer1.1.bn1", 77, 144),
        ("layer1.1.conv2", "layer1.1.bn2", 73, 158),
        ("layer2.0.conv1", "layer2.0.bn1", 68, 175),
        ("layer2.0.conv2", "layer2.0.bn2", 64, 189),
        ("layer2.0.downsample.0", "layer2.0.downsample.1", 199, 203),
        ("layer2.1.conv1", "layer2.1.bn1", 59, 220),
        ("layer2.1.conv2", "layer2.1.bn2", 55, 234),
        ("layer3.0.conv1", "layer3.0.bn1", 50, 251),
        ("layer3.0.conv2", "layer3.0.bn2", 46, 265),
        ("layer3.0.downsample.0", "layer3.0.downsample.1", 275, 279),
        ("layer3.1.conv1", "layer3.1.bn1", 41, 296),
        ("layer3.1.conv2", "layer3.1.bn2", 37, 310),
        ("layer4.0.conv1", "layer4.0.bn1", 32, 327),
        ("layer4.0.conv2", "layer4.0.bn2", 28, 341),
        ("layer4.0.downsample.0", "layer4.0.downsample.1", 351, 355),
        ("layer4.1.conv1", "layer4.1.bn1", 23, 372),
        ("layer4.1.conv2", "layer4.1.bn2", 19, 386),
        ("layer4.2.conv1", "layer4.2.bn1", 14, 403),
        ("layer4.2.conv2", "layer4.2.bn2", 10, 417),
    ];

    public static PretrainedInfo Info { get; } =
        new()
        {
            Name = "resnet18.mlnet",
            Title = "ResNet-18 of ML.NET's image featurizer, trained on ImageNet with CNTK; features only",
            Architecture = Architectures.Find("resnet18_cntk"),
            Preprocessing = Architectures.Find("resnet18_cntk").Preprocessing,
            ClassCount = 0,
            TrainedOn = ImageNetLabels.DataSet,
            Licence = "MIT (ML.NET)",
            Source = "Microsoft, trained with CNTK; comes with graft, from ML.NET's NuGet package",
            Origin = new BundledWeights(
                "Microsoft.ML.DnnImageFeaturizer.ResNet18",
                "0.23.1",
                [
                    new(
                        "DnnImageModels/ResNet18Onnx/ResNet18.onnx",
                        "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f"
                    ),
                    new(
                        "DnnImageModels/ResNetPrepOnnx/ResNetPreprocess.onnx",
                        "84bf8def78d0befaa3f6e73745d57d7016c6a192ead76f79686bd438c1047004"
                    ),
                ],
                Names()
            ),
        };

    private static Dictionary<string, string> Names()
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [$"{BuildingBlocks.MeanImage}.mean"] = "MeanImage",
        };
        foreach (var (convolution, normalization, kernel, first) in Layers)
        {
            names.Add($"{convolution}.weight", $"Parameter{kernel}");
            names.Add($"{normalization}.weight", $"Parameter{first}");
            names.Add($"{normalization}.bias", $"Parameter{first + 1}");
            names.Add($"{normalization}.running_mean", $"Constant{first + 2}");
            names.Add($"{normalization}.running_var", $"Constant{first + 3}");
        }

        return names;
    }
}
