using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Models.Networks;

namespace Graft.Models.Published;

/// <summary>
/// The ImageNet weights that torchvision publishes, from the tables in its source code: the file name, which contains
/// the first digits of the SHA-256, the size, the published top-1 accuracy, and the shorter side to which images are
/// resized if it is not the architecture's usual one.
/// </summary>
internal static class TorchvisionWeights
{
    private const string Folder = "https://download.pytorch.org/models/";

    /// <summary>torchvision's name for the second, better trained weights of some networks, in lower case.</summary>
    private const string Second = ".imagenet1k_v2";

    private const int Megabyte = 1 << 20;

    /// <summary>Weights of the architecture that the name begins with.</summary>
    private sealed record Row(
        string Name,
        string File,
        double Megabytes,
        double Accuracy,
        int? ShorterSide = null,
        Interpolation? Interpolation = null
    );

    private static readonly Row[] Rows =
    [
        new("alexnet", "alexnet-owt-7be5be79.pth", 233.087, 56.522),
        new("vgg11", "vgg11-8a719046.pth", 506.84, 69.02),
        new("vgg11_bn", "vgg11_bn-6002323d.pth", 506.881, 70.37),
        new("vgg13", "vgg13-19584684.pth", 507.545, 69.928),
        new("vgg13_bn", "vgg13_bn-abd245e5.pth", 507.59, 71.586),
        new("vgg16", "vgg16-397923af.pth", 527.796, 71.592),
        new("vgg16_bn", "vgg16_bn-6c64b313.pth", 527.866, 73.36),
        new("vgg19", "vgg19-dcbb9e9d.pth", 548.051, 72.376),
        new("vgg19_bn", "vgg19_bn-c79401a0.pth", 548.143, 74.218),
        new("googlenet", "googlenet-1378be20.pth", 49.731, 69.778),
        new("inception_v3", "inception_v3_google-0cc3c7bd.pth", 103.903, 77.294),
        new("resnet18", "resnet18-f37072fd.pth", 44.661, 69.758),
        new("resnet34", "resnet34-b627a593.pth", 83.275, 73.314),
        new("resnet50_v1.5", "resnet50-0676ba61.pth", 97.781, 76.13),
        new("resnet50_v1.5" + Second, "resnet50-11ad3fa6.pth", 97.79, 80.858, 232),
        new("resnet101_v1.5", "resnet101-63fe2227.pth", 170.511, 77.374),
        new("resnet101_v1.5" + Second, "resnet101-cd907fc2.pth", 170.53, 81.886, 232),
        new("resnet152_v1.5", "resnet152-394f9c45.pth", 230.434, 78.312),
        new("resnet152_v1.5" + Second, "resnet152-f82ba261.pth", 230.474, 82.284, 232),
        new("densenet121", "densenet121-a639ec97.pth", 30.845, 74.434),
        new("densenet169", "densenet169-b2777c0a.pth", 54.708, 75.6),
        new("densenet201", "densenet201-c1103571.pth", 77.373, 76.896),
        new("squeezenet1_0", "squeezenet1_0-b66bff10.pth", 4.778, 58.092),
        new("squeezenet1_1", "squeezenet1_1-b8a52dc0.pth", 4.729, 58.178),
        new("mobilenet_v2", "mobilenet_v2-b0353104.pth", 13.555, 71.878),
        new("mobilenet_v2" + Second, "mobilenet_v2-7ebf99e0.pth", 13.598, 72.154, 232),
        new("mobilenet_v3_large", "mobilenet_v3_large-8738ca79.pth", 21.114, 74.042),
        new("mobilenet_v3_large" + Second, "mobilenet_v3_large-5c1a4163.pth", 21.107, 75.274, 232),
        new("mobilenet_v3_small", "mobilenet_v3_small-047dcff4.pth", 9.829, 67.668),
        new("mnasnet0_5", "mnasnet0.5_top1_67.823-3ffadce67e.pth", 8.591, 67.734),
        new("mnasnet0_75", "mnasnet0_75-7090bc5f.pth", 12.303, 71.18, 232),
        new("mnasnet1_0", "mnasnet1.0_top1_73.512-f206786ef8.pth", 16.915, 73.456),
        new("mnasnet1_3", "mnasnet1_3-a4c69d6f.pth", 24.246, 76.506, 232),
        new("efficientnet_b0", "efficientnet_b0_rwightman-3dd342df.pth", 20.451, 77.692),
        new("efficientnet_b1", "efficientnet_b1_rwightman-533bc792.pth", 30.134, 78.642),
        new("efficientnet_b1" + Second, "efficientnet_b1-c27df63c.pth", 30.136, 79.838, 255, Interpolation.Bilinear),
        new("efficientnet_b2", "efficientnet_b2_rwightman-bcdf34b7.pth", 35.174, 80.608),
        new("efficientnet_b3", "efficientnet_b3_rwightman-cf984f9c.pth", 47.184, 82.008),
    ];

    /// <summary>All weights of torchvision.</summary>
    public static IEnumerable<PretrainedInfo> All =>
        Rows.Select(static row =>
        {
            var isSecond = row.Name.EndsWith(Second, StringComparison.Ordinal);
            var architecture = Architectures.Find(isSecond ? row.Name[..^Second.Length] : row.Name);
            return new PretrainedInfo
            {
                Name = row.Name,
                OtherNames = OtherNames(row.Name),
                Title = $"{architecture.Title}, trained on ImageNet (torchvision{(isSecond ? ", second recipe" : "")})",
                Architecture = architecture,
                Preprocessing = architecture.Preprocessing with
                {
                    ShorterSide = row.ShorterSide ?? architecture.Preprocessing.ShorterSide,
                    Interpolation = row.Interpolation ?? architecture.Preprocessing.Interpolation,
                },
                ClassCount = ImageNetLabels.All.Count,
                Labels = ImageNetLabels.All,
                TrainedOn = ImageNetLabels.DataSet,
                PublishedAccuracy = row.Accuracy / 100,
                Licence = "BSD-3-Clause (torchvision)",
                Source = "torchvision",
                Origin = new WebWeights(WebFile.Parse(Folder + row.File), (long)(row.Megabytes * Megabyte)),
            };
        });

    /// <summary>
    /// Gives the weights of ResNet-101 and ResNet-152 their plain names, too, as in torchvision. These names are free:
    /// as architectures they mean the paper's form, of which only ResNet-50 has weights.
    /// </summary>
    private static string[] OtherNames(string name) =>
        name is "resnet101_v1.5" or "resnet152_v1.5" ? [name[..name.IndexOf('_', StringComparison.Ordinal)]] : [];
}
