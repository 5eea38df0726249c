using Graft.Imaging;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;

namespace Graft.Models.Networks;

/// <summary>
/// Inception modules with four branches. Szegedy et al., "Going Deeper with Convolutions" (2014), table 1, with batch
/// normalisation and without the auxiliary classifiers used in training. Nodes have torchvision's names.
/// </summary>
/// <remarks>
/// As torchvision's weights require, the paper's 5x5 kernels are 3x3, and the output sizes of pooling are rounded up.
/// </remarks>
internal static class GoogLeNet
{
    /// <summary>
    /// For each module, the output channels of the 1x1 branch, of the second branch (1x1 reduction and convolution), of
    /// the third branch (the same), and of the pooling branch. Last, the window of the pooling after the module, 0 for
    /// none.
    /// </summary>
    private static readonly (
        string Name,
        int Pointwise,
        int Reduced3,
        int Outputs3,
        int Reduced5,
        int Outputs5,
        int Pooled,
        int Window
    )[] Modules =
    [
        ("3a", 64, 96, 128, 16, 32, 32, 0),
        ("3b", 128, 128, 192, 32, 96, 64, 3),
        ("4a", 192, 96, 208, 16, 48, 64, 0),
        ("4b", 160, 112, 224, 24, 64, 64, 0),
        ("4c", 128, 128, 256, 24, 64, 64, 0),
        ("4d", 112, 144, 288, 32, 64, 64, 0),
        ("4e", 256, 160, 320, 32, 128, 128, 2),
        ("5a", 256, 160, 320, 32, 128, 128, 0),
        ("5b", 384, 192, 384, 48, 128, 128, 0),
    ];

    /// <summary>The only variant.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        new()
        {
            Name = "googlenet",
            Title = "GoogLeNet (Inception V1)",
            Paper =
                "Going Deeper with Convolutions, Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke, "
                + "Rabinovich, 2014, https://arxiv.org/abs/1409.4842",
            Preprocessing = Preprocessing.Symmetric(224, shorterSide: 256),
            SmallestSize = 15,
            AddLayers = Build,
        },
    ];

    private static void Build(ArchitectureBuilder builder, int classes)
    {
        var network = builder.Network;
        builder.BeginStage("stem");
        network.AddBasicConvolution("conv1", BuildingBlocks.Square(7, 3, 64, stride: 2));
        network.Add("maxpool1", BuildingBlocks.MaxPooling(3, 2, roundUp: true));
        network.AddBasicConvolution("conv2", BuildingBlocks.Square(1, 64, 64));
        network.AddBasicConvolution("conv3", BuildingBlocks.Square(3, 64, 192));
        network.Add("maxpool2", BuildingBlocks.MaxPooling(3, 2, roundUp: true));
        var pools = 3;
        foreach (var module in Modules)
        {
            if (module.Name.EndsWith('a'))
                builder.BeginStage($"inception{module.Name[..^1]}");
            var input = network.OutputName;
            var inputs = network.OutputShape[2];
            var name = $"inception{module.Name}";
            network.AddBasicConvolution($"{name}.branch1", BuildingBlocks.Square(1, inputs, module.Pointwise));
            network.AddBasicConvolution($"{name}.branch2.0", BuildingBlocks.Square(1, inputs, module.Reduced3), input);
            network.AddBasicConvolution(
                $"{name}.branch2.1",
                BuildingBlocks.Square(3, module.Reduced3, module.Outputs3)
            );
            network.AddBasicConvolution($"{name}.branch3.0", BuildingBlocks.Square(1, inputs, module.Reduced5), input);
            network.AddBasicConvolution(
                $"{name}.branch3.1",
                BuildingBlocks.Square(3, module.Reduced5, module.Outputs5)
            );
            network.Add($"{name}.branch4.0", BuildingBlocks.MaxPooling(3, 1, padding: 1, roundUp: true), input);
            network.AddBasicConvolution($"{name}.branch4.1", BuildingBlocks.Square(1, inputs, module.Pooled));
            network.Add(
                name,
                new Concatenate(4),
                $"{name}.branch1.relu",
                $"{name}.branch2.1.relu",
                $"{name}.branch3.1.relu",
                $"{name}.branch4.1.relu"
            );
            if (module.Window > 0)
                network.Add($"maxpool{pools++}", BuildingBlocks.MaxPooling(module.Window, 2, roundUp: true));
        }

        builder.MarkSpatialFeatures();
        builder.BeginStage("fc");
        network.Add("avgpool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        network.Add("dropout", new Dropout(0.2f));
        network.Add("fc", new Dense(1024, classes));
        builder.MarkLogits();
    }
}
