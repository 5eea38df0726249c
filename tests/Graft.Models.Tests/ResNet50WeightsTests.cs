using System.Security.Cryptography;
using System.Text.Json;
using Graft.Models.Downloads;
using Graft.Models.Published;
using Graft.Models.Storage;
using Graft.Testing;

namespace Graft.Models.Tests;

/// <summary>
/// Holds the weights against what numpy and torchvision say of them; Samples/make_resnet50_reference.py asked them.
/// </summary>
public sealed class ResNet50WeightsTests
{
    private static readonly JsonElement Reference = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", "resnet50.json")))
        .RootElement;

    private static readonly PretrainedInfo Info = Catalogue.Standard.Find("resnet50");

    private static readonly NpmWeights Origin = (NpmWeights)Info.Origin;

    /// <summary>Torchvision's names, and the biases of convolutions, which only Keras's model has.</summary>
    private static string[] ExpectedNames()
    {
        var theirs = Reference.GetProperty("torchvision").EnumerateObject().ToArray();
        var biases = theirs
            .Where(item => item.Value.GetArrayLength() == 4)
            .Select(item => item.Name.Replace(".weight", ".bias", StringComparison.Ordinal));
        return [.. theirs.Select(item => item.Name).Concat(biases).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Tensors_are_renamed_to_torchvisions_names()
    {
        Assert.Equal(ExpectedNames(), Origin.TensorNames.Values.Order(StringComparer.Ordinal));
        Assert.Equal(Reference.GetProperty("kerasTensors").GetInt32(), Origin.TensorNames.Count);
        Assert.Equal("layer1.0.conv1.weight", Origin.TensorNames["res2a_branch2a/kernel"]);
        Assert.Equal("layer3.5.bn3.running_var", Origin.TensorNames["bn4f_branch2c/moving_variance"]);
        Assert.Equal("layer1.0.downsample.1.weight", Origin.TensorNames["bn2a_branch1/gamma"]);
    }

    [Fact]
    public void The_network_has_a_parameter_for_every_tensor_and_the_nodes_for_features()
    {
        using var network = Info.Architecture.Build(Info.Preprocessing, Info.ClassCount);
        Assert.Equal(ExpectedNames(), network.Parameters.Select(item => item.Key).Order(StringComparer.Ordinal));
        Assert.Equal(Origin.ParameterCount, network.Parameters.Sum(item => item.Value.Value.Shape.ElementCount));
        Assert.All(Info.FeatureNodes, node => Assert.True(network.Contains(node)));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void The_published_weights_arrive_bit_for_bit()
    {
        var home = GraftHome.Locate();
        var isStored = new ModelStore(home).IsPulled("resnet50");
        if (NodeJs.WhyUnavailable("ResNet-50's weights", isStored) is { } missing)
            Assert.Skip(missing);
        var temporary = isStored ? null : Directory.CreateTempSubdirectory("graft-home-").FullName;
        try
        {
            Check(new ModelStore(temporary is null ? home : new GraftHome(temporary)));
        }
        finally
        {
            if (temporary is not null)
                Directory.Delete(temporary, recursive: true);
        }
    }

    private static void Check(ModelStore store)
    {
        using var weights = store.OpenWeights("resnet50", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(320, weights.Entries.Count);
        Assert.Equal(ExpectedNames(), weights.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal(25_636_712, weights.Entries.Sum(entry => entry.Shape.ElementCount));
        foreach (var item in Reference.GetProperty("torchvision").EnumerateObject())
        {
            var theirs = item.Value.EnumerateArray().Select(dimension => dimension.GetInt32()).ToArray();
            int[] ours = theirs.Length switch
            {
                4 => [theirs[2], theirs[3], theirs[1], theirs[0]],
                2 => [theirs[1], theirs[0]],
                _ => theirs,
            };
            Assert.Equal(ours, weights.Find(item.Name)!.Shape.Dimensions.ToArray());
        }

        using (var network = Info.Architecture.Build(Info.Preprocessing, Info.ClassCount))
            Assert.All(network.Parameters, item => Assert.Equal(item.Value.Value.Shape, weights.Find(item.Key)!.Shape));

        foreach (var item in Reference.GetProperty("samples").EnumerateObject())
        {
            using var tensor = weights.Read(item.Name);
            Assert.Equal(item.Value.EnumerateArray().Select(value => value.GetSingle()), tensor.Span[..3].ToArray());
        }

        using var stream = File.OpenRead(weights.Path);
        stream.Position = stream.Length - (25_636_712 * sizeof(float));
        Assert.Equal(Reference.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(stream)));

        Assert.Equal("graft", weights.Metadata["format"]);
        Assert.Equal("hwio", weights.Metadata["layout"]);
        var labels = store.ReadLabels("resnet50", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1000, labels.Count);
        Assert.Equal(("tench", "toilet_tissue"), (labels[0], labels[999]));
        Assert.Equal(
            ["info.json", "labels.json", "weights.safetensors"],
            Directory
                .GetFileSystemEntries(store.FolderOf("resnet50"))
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)
        );
    }
}
