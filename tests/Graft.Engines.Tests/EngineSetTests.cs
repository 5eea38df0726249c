using Graft.Layers.Inference;
using Graft.Layers.Networks;

namespace Graft.Engines.Tests;

public sealed class EngineSetTests
{
    private static readonly EngineSet Engines = new(
        new EngineEntry("other", ["gpu"], variant => new OtherEngine($"other{(variant is null ? "" : ":" + variant)}"))
    );

    [Theory]
    [InlineData("graft")]
    [InlineData("graft:exact")]
    [InlineData("other")]
    [InlineData("other:gpu")]
    public void An_engine_is_found_by_its_own_name(string name)
    {
        Assert.Contains(name, Engines.Names);
        Assert.Equal(name, Engines.Create(name).Name);
        Assert.Equal(name, Engines.Create(name.ToUpperInvariant()).Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cuda")]
    [InlineData("graft:gpu")]
    [InlineData("other:gpu:0")]
    [InlineData("other:")]
    public void An_unknown_name_is_answered_with_all_names(string name)
    {
        var error = Assert.Throws<FormatException>(() => Engines.Create(name));
        Assert.Contains($"'{name}'", error.Message);
        Assert.Contains("graft, graft:exact, other, other:gpu", error.Message);
    }

    [Fact]
    public void A_name_can_be_taken_only_once()
    {
        var entry = new EngineEntry("graft", [], _ => new OtherEngine("graft"));
        Assert.Throws<ArgumentException>(() => new EngineSet(entry));
        Assert.Equal(["graft", "graft:exact"], EngineSet.Own.Names);
    }

    private sealed class OtherEngine(string name) : IEngine
    {
        public string Name => name;

        public string Numerics => name;

        public ICompiledNetwork Compile(Network network, string? outputNode = null) =>
            InferencePlan.Compile(network, outputNode);
    }
}
