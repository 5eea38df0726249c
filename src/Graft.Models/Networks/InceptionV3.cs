using Graft.Imaging;
using Graft.Layers;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;

namespace Graft.Models.Networks;

/// <summary>
/// Inception modules with factorised convolutions. Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, "Rethinking the
/// Inception Architecture for Computer Vision" (2015), table 1, without the auxiliary classifier used in training.
/// Nodes have torchvision's names.
/// </summary>
internal static class InceptionV3
{
    /// <summary>
    /// One convolution of a chain: kernel height and width, output channels, stride, and whether it is padded to keep
    /// the size.
    /// </summary>
    private readonly record struct Step(
        string Name,
        int Height,
        int Width,
        int Outputs,
        int Stride = 1,
        bool IsPadded = true
    )
    {
        public static Step Square(string name, int kernel, int outputs) => new(name, kernel, kernel, outputs);

        public static Step Halving(string name, int outputs) => new(name, 3, 3, outputs, Stride: 2, IsPadded: false);
    }

    /// <summary>The only variant.</summary>
    internal static IReadOnlyList<Architecture> All { get; } =
    [
        new()
        {
            Name = "inception_v3",
            Title = "Inception V3",
            Paper =
                "Rethinking the Inception Architecture for Computer Vision, Szegedy, Vanhoucke, Ioffe, Shlens, "
                + "Wojna, 2015, https://arxiv.org/abs/1512.00567",
            Preprocessing = Preprocessing.Symmetric(299, shorterSide: 342),
            SmallestSize = 75,
            AddLayers = Build,
        },
    ];

    private static void Build(ArchitectureBuilder builder, int classes)
    {
        var network = builder.Network;
        builder.BeginStage("stem");
        Chain(
            network,
            network.OutputName,
            Step.Halving("Conv2d_1a_3x3", 32),
            new("Conv2d_2a_3x3", 3, 3, 32, IsPadded: false),
            Step.Square("Conv2d_2b_3x3", 3, 64)
        );
        network.Add("maxpool1", BuildingBlocks.MaxPooling(3, 2));
        Chain(
            network,
            network.OutputName,
            Step.Square("Conv2d_3b_1x1", 1, 80),
            new("Conv2d_4a_3x3", 3, 3, 192, IsPadded: false)
        );
        network.Add("maxpool2", BuildingBlocks.MaxPooling(3, 2));
        builder.BeginStage("Mixed_5");
        Square(network, "Mixed_5b", pooled: 32);
        Square(network, "Mixed_5c", pooled: 64);
        Square(network, "Mixed_5d", pooled: 64);
        builder.BeginStage("Mixed_6");
        FirstReduction(network, "Mixed_6a");
        Factorised(network, "Mixed_6b", 128);
        Factorised(network, "Mixed_6c", 160);
        Factorised(network, "Mixed_6d", 160);
        Factorised(network, "Mixed_6e", 192);
        builder.BeginStage("Mixed_7");
        SecondReduction(network, "Mixed_7a");
        Expanded(network, "Mixed_7b");
        Expanded(network, "Mixed_7c");
        builder.MarkSpatialFeatures();
        builder.BeginStage("fc");
        network.Add("avgpool", new GlobalAveragePooling2D());
        builder.MarkPooledFeatures();
        network.Add("dropout", new Dropout(0.5f));
        network.Add("fc", new Dense(2048, classes));
        builder.MarkLogits();
    }

    /// <summary>Figure 5: branches with 1x1, 5x5, two 3x3, and pooling.</summary>
    private static void Square(Network network, string name, int pooled)
    {
        var input = network.OutputName;
        Merge(
            network,
            name,
            Chain(network, input, Step.Square($"{name}.branch1x1", 1, 64)),
            Chain(network, input, Step.Square($"{name}.branch5x5_1", 1, 48), Step.Square($"{name}.branch5x5_2", 5, 64)),
            Chain(
                network,
                input,
                Step.Square($"{name}.branch3x3dbl_1", 1, 64),
                Step.Square($"{name}.branch3x3dbl_2", 3, 96),
                Step.Square($"{name}.branch3x3dbl_3", 3, 96)
            ),
            Pooled(network, name, input, pooled)
        );
    }

    /// <summary>Figure 10, which halves the size: branches with 3x3, two 3x3, and pooling.</summary>
    private static void FirstReduction(Network network, string name)
    {
        var input = network.OutputName;
        Merge(
            network,
            name,
            Chain(network, input, Step.Halving($"{name}.branch3x3", 384)),
            Chain(
                network,
                input,
                Step.Square($"{name}.branch3x3dbl_1", 1, 64),
                Step.Square($"{name}.branch3x3dbl_2", 3, 96),
                Step.Halving($"{name}.branch3x3dbl_3", 96)
            ),
            network.Add($"{name}.maxpool", BuildingBlocks.MaxPooling(3, 2), input)
        );
    }

    /// <summary>Figure 6 with n = 7: branches with 1x1, 7x7 and two 7x7 (each as 1x7 and 7x1), and pooling.</summary>
    private static void Factorised(Network network, string name, int inner)
    {
        var input = network.OutputName;
        Merge(
            network,
            name,
            Chain(network, input, Step.Square($"{name}.branch1x1", 1, 192)),
            Chain(
                network,
                input,
                Step.Square($"{name}.branch7x7_1", 1, inner),
                new($"{name}.branch7x7_2", 1, 7, inner),
                new($"{name}.branch7x7_3", 7, 1, 192)
            ),
            Chain(
                network,
                input,
                Step.Square($"{name}.branch7x7dbl_1", 1, inner),
                new($"{name}.branch7x7dbl_2", 7, 1, inner),
                new($"{name}.branch7x7dbl_3", 1, 7, inner),
                new($"{name}.branch7x7dbl_4", 7, 1, inner),
                new($"{name}.branch7x7dbl_5", 1, 7, 192)
            ),
            Pooled(network, name, input, 192)
        );
    }

    /// <summary>Halves the size: branches with 3x3, 7x7 (as 1x7 and 7x1) and 3x3, and pooling.</summary>
    private static void SecondReduction(Network network, string name)
    {
        var input = network.OutputName;
        Merge(
            network,
            name,
            Chain(network, input, Step.Square($"{name}.branch3x3_1", 1, 192), Step.Halving($"{name}.branch3x3_2", 320)),
            Chain(
                network,
                input,
                Step.Square($"{name}.branch7x7x3_1", 1, 192),
                new($"{name}.branch7x7x3_2", 1, 7, 192),
                new($"{name}.branch7x7x3_3", 7, 1, 192),
                Step.Halving($"{name}.branch7x7x3_4", 192)
            ),
            network.Add($"{name}.maxpool", BuildingBlocks.MaxPooling(3, 2), input)
        );
    }

    /// <summary>
    /// Figure 7: branches with 1x1, parallel 1x3 and 3x1, 3x3 before parallel 1x3 and 3x1, and pooling.
    /// </summary>
    private static void Expanded(Network network, string name)
    {
        var input = network.OutputName;
        var pointwise = Chain(network, input, Step.Square($"{name}.branch1x1", 1, 320));
        var single = Chain(network, input, Step.Square($"{name}.branch3x3_1", 1, 384));
        var singleBoth = Merge(
            network,
            $"{name}.branch3x3",
            Chain(network, single, new Step($"{name}.branch3x3_2a", 1, 3, 384)),
            Chain(network, single, new Step($"{name}.branch3x3_2b", 3, 1, 384))
        );
        var twice = Chain(
            network,
            input,
            Step.Square($"{name}.branch3x3dbl_1", 1, 448),
            Step.Square($"{name}.branch3x3dbl_2", 3, 384)
        );
        var twiceBoth = Merge(
            network,
            $"{name}.branch3x3dbl",
            Chain(network, twice, new Step($"{name}.branch3x3dbl_3a", 1, 3, 384)),
            Chain(network, twice, new Step($"{name}.branch3x3dbl_3b", 3, 1, 384))
        );
        Merge(network, name, pointwise, singleBoth, twiceBoth, Pooled(network, name, input, 192));
    }

    private static string Pooled(Network network, string name, string input, int outputs)
    {
        var pooling = new AveragePooling2D(
            new()
            {
                Height = 3,
                Width = 3,
                Stride = 1,
                Padding = Padding2D.Around(1),
            },
            countPadding: true
        );
        return Chain(
            network,
            network.Add($"{name}.avgpool", pooling, input),
            Step.Square($"{name}.branch_pool", 1, outputs)
        );
    }

    private static string Merge(Network network, string name, params string[] branches) =>
        network.Add(name, new Concatenate(branches.Length), branches);

    private static string Chain(Network network, string input, params Step[] steps)
    {
        foreach (var step in steps)
        {
            var options = new Convolution2DOptions
            {
                InputChannels = network.ShapeOf(input)[2],
                OutputChannels = step.Outputs,
                KernelHeight = step.Height,
                KernelWidth = step.Width,
                Stride = step.Stride,
                Padding = step.IsPadded
                    ? new(step.Height / 2, step.Width / 2, step.Height / 2, step.Width / 2)
                    : Padding2D.None,
                HasBias = false,
            };
            input = network.AddBasicConvolution(step.Name, options, input);
        }

        return input;
    }
}
