using System.Text.Json;
using Graft.Models.Downloads;
using Graft.Models.Networks;
using Graft.Models.Published;

namespace Graft.Models.Tests.Published;

/// <summary>The catalogue's table against torchvision's own; make_torchvision_weights.py made the list.</summary>
public sealed class PublishedWeightsTests
{
    private static readonly JsonElement Published = JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Published", "torchvision-weights.json")))
        .RootElement;

    private static IEnumerable<PretrainedInfo> Torchvision =>
        Catalogue.Standard.Models.Where(model => model.Source == "torchvision");

    [Fact]
    public void Addresses_sizes_filters_and_accuracies_are_torchvisions()
    {
        var expected = Published
            .GetProperty("weights")
            .EnumerateObject()
            .ToDictionary(entry => entry.Value.GetProperty("url").GetString()!, entry => entry.Value);
        Assert.Equal(
            expected.Keys.Order(StringComparer.Ordinal),
            Torchvision.Select(model => model.Origin.Place).Order(StringComparer.Ordinal)
        );
        foreach (var model in Torchvision)
        {
            var entry = expected[model.Origin.Place];
            Assert.Equal(entry.GetProperty("crop").GetInt32(), model.Preprocessing.Height);
            Assert.Equal(entry.GetProperty("crop").GetInt32(), model.Preprocessing.Width);
            Assert.Equal(entry.GetProperty("side").GetInt32(), model.Preprocessing.ShorterSide);
            Assert.Equal(
                entry.GetProperty("filter").GetString(),
                model.Preprocessing.Interpolation.ToString().ToLowerInvariant()
            );
            Assert.Equal(entry.GetProperty("accuracy").GetDouble(), 100 * model.PublishedAccuracy!.Value, 6);
        }
    }

    [Fact]
    public void Names_lead_to_the_weights_that_torchvision_calls_so()
    {
        foreach (var entry in Published.GetProperty("weights").EnumerateObject())
        {
            var (name, recipe) = (entry.Name[..entry.Name.LastIndexOf('.')], entry.Name[entry.Name.LastIndexOf('.')..]);
            // The plain name of ResNet-50 means Keras's weights; its other form has an ending.
            var network =
                name is "resnet50"
                || (recipe != ".imagenet1k_v1" && name.StartsWith("resnet1", StringComparison.Ordinal))
                    ? $"{name}_v1.5"
                    : name;
            var info = Catalogue.Standard.Find(recipe == ".imagenet1k_v1" ? network : network + recipe);
            Assert.Equal(entry.Value.GetProperty("url").GetString(), info.Origin.Place);
        }
    }

    [Fact]
    public void Digests_begin_as_the_names_promise_and_sizes_fit_the_parameters()
    {
        foreach (var model in Torchvision)
        {
            var file = Assert.IsType<WebWeights>(model.Origin).File;
            Assert.Matches("^([0-9a-f]{8}|[0-9a-f]{10})$", file.Sha256);
            Assert.EndsWith($"-{file.Sha256}.pth", file.Name, StringComparison.Ordinal);
        }

        foreach (var model in Catalogue.Standard.Models.Where(model => model.Origin is WebWeights))
        {
            // GoogLeNet's and Inception's files have classifiers besides that only train.
            var most = model.Name is "googlenet" or "inception_v3" ? 2.0 : 1.05;
            var cost = model.Architecture.Cost();
            Assert.InRange(
                model.Origin.Bytes,
                0.97 * 4 * cost.Parameters,
                most * 4 * (cost.Parameters + cost.Statistics)
            );
        }
    }

    [Fact]
    public void Labels_are_ImageNets()
    {
        var labels = Catalogue.Standard.Find("resnet18").Labels!;
        Assert.Equal(1000, labels.Distinct().Count());
        Assert.Equal(
            Published.GetProperty("labels").EnumerateArray().Select(label => label.GetString()),
            [.. labels.Take(3), labels[134], labels[135], labels[^1]]
        );
    }

    [Fact]
    public void Every_network_has_weights_but_those_that_nobody_publishes_in_a_form_that_is_read() =>
        Assert.Equal(
            ["resnet101", "resnet152", "xception"],
            Architectures
                .All.Where(architecture => Catalogue.Standard.Models.All(model => model.Architecture != architecture))
                .Select(architecture => architecture.Name)
        );

    [Fact]
    public void A_network_without_weights_is_told_as_such()
    {
        var error = Assert.Throws<PullException>(() => Catalogue.Standard.Find("xception"));
        Assert.StartsWith(
            "The network 'xception' is known, but nobody publishes weights",
            error.Message,
            StringComparison.Ordinal
        );
    }
}
