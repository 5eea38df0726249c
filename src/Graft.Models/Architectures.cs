namespace Graft.Models;

/// <summary>The networks that Graft can build by name, with or without weights. Immutable and thread-safe.</summary>
public static class Architectures
{
    /// <summary>ResNet-50 as in the paper and in Keras.</summary>
    public static Architecture ResNet50 { get; } = new()
    {
        Name = "resnet50",
        Title = "ResNet-50",
        Paper = "Deep Residual Learning for Image Recognition, He, Zhang, Ren, Sun, 2015, https://arxiv.org/abs/1512.03385",
        Preprocessing = Preprocessing.Caffe(224),
        Build = preprocessing => ResNet.Build50(preprocessing),
        BuildTrunk = preprocessing =>
        {
            var network = ResNet.Build50(preprocessing);
            network.CutAt(ResNet.PooledFeatures);
            return network;
        },
        FeatureNodes = [ResNet.PooledFeatures, ResNet.SpatialFeatures],
        LogitsNode = ResNet.Logits,
    };

    /// <summary>VGG-16 without batch normalisation.</summary>
    public static Architecture Vgg16 { get; } = new()
    {
        Name = "vgg16",
        Title = "VGG-16",
        Paper = "Very Deep Convolutional Networks for Large-Scale Image Recognition, Simonyan, Zisserman, 2014, https://arxiv.org/abs/1409.1556",
        Preprocessing = Preprocessing.Caffe(224),
        Build = preprocessing => Vgg.Build16(preprocessing),
        BuildTrunk = Vgg.BuildTrunk16,
        FeatureNodes = [Vgg.SpatialFeatures, Vgg.FlattenedFeatures, Vgg.FirstHiddenFeatures, Vgg.SecondHiddenFeatures],
        LogitsNode = Vgg.Logits,
    };

    /// <summary>MobileNetV2 of width 1.</summary>
    public static Architecture MobileNetV2 { get; } = new()
    {
        Name = "mobilenet_v2",
        Title = "MobileNetV2, width 1.0",
        Paper = "MobileNetV2: Inverted Residuals and Linear Bottlenecks, Sandler, Howard, Zhu, Zhmoginov, Chen, 2018, https://arxiv.org/abs/1801.04381",
        Preprocessing = Preprocessing.Torchvision(224),
        Build = preprocessing => Models.MobileNetV2.Build(preprocessing),
        BuildTrunk = preprocessing =>
        {
            var network = Models.MobileNetV2.Build(preprocessing);
            network.CutAt(Models.MobileNetV2.PooledFeatures);
            return network;
        },
        FeatureNodes = [Models.MobileNetV2.PooledFeatures, Models.MobileNetV2.SpatialFeatures],
        LogitsNode = Models.MobileNetV2.Logits,
    };

    /// <summary>All of them, in a fixed order.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [ResNet50, Vgg16, MobileNetV2];

    /// <summary>Finds an architecture by name, whatever its case.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message has the nearest one and all others.</exception>
    public static Architecture Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (All.FirstOrDefault(architecture => string.Equals(architecture.Name, name, StringComparison.OrdinalIgnoreCase)) is { } found)
            return found;
        var names = All.Select(static architecture => architecture.Name).ToArray();
        var nearest = NearestName.Of(name, names);
        throw new ArgumentException($"There is no architecture '{name}'.{(nearest is null ? "" : $" Did you mean '{nearest}'?")} Known: {string.Join(", ", names)}.", nameof(name));
    }
}
