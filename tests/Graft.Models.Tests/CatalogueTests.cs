using Graft.Models.Downloads;
using Graft.Models.Published;

namespace Graft.Models.Tests;

public sealed class CatalogueTests
{
    private static readonly Catalogue Several = new(
        ((string[])["resnet50", "resnet101", "vgg16", "mobilenet"]).Select(name =>
            Catalogue.Standard.Models[0] with
            {
                Name = name,
            }
        )
    );

    [Theory]
    [InlineData("resnet50", "resnet50")]
    [InlineData("ResNet50", "resnet50")]
    [InlineData("VGG16", "vgg16")]
    public void Weights_are_found_whatever_the_case(string name, string expected) =>
        Assert.Equal(expected, Several.Find(name).Name);

    [Theory]
    [InlineData("resnet5O", "resnet50")]
    [InlineData("resent50", "resnet50")]
    [InlineData("resnet-50", "resnet50")]
    [InlineData("ResNet_101", "resnet101")]
    [InlineData("resnet", "resnet50")]
    [InlineData("vgg-61", "vgg16")]
    [InlineData("mobilnet", "mobilenet")]
    public void A_mistyped_name_gets_the_right_one_suggested(string name, string meant) =>
        Assert.Contains(
            $"Did you mean '{meant}'?",
            Assert.Throws<PullException>(() => Several.Find(name)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("inception")]
    [InlineData("")]
    [InlineData("x")]
    public void A_name_unlike_any_gets_no_suggestion_but_the_list(string name)
    {
        var message = Assert.Throws<PullException>(() => Several.Find(name)).Message;
        Assert.DoesNotContain("Did you mean", message, StringComparison.Ordinal);
        Assert.Contains("resnet50, resnet101, vgg16, mobilenet", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_of_one_name_cannot_be_registered() =>
        Assert.Throws<ArgumentException>(() => new Catalogue(Several.Models[0], Several.Models[0]));

    [Fact]
    public void An_empty_catalogue_finds_nothing() =>
        Assert.Throws<PullException>(() => new Catalogue().Find("resnet50"));
}
