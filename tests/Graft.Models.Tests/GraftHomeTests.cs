using Graft.Models.Downloads;

namespace Graft.Models.Tests;

public sealed class GraftHomeTests
{
    private static string Locate(PlatformID platform, string? user, params (string Name, string Value)[] variables) =>
        GraftHome
            .Locate(platform, name => variables.FirstOrDefault(variable => variable.Name == name).Value, user)
            .Folder;

    [Theory]
    [InlineData(PlatformID.Unix, "/home/ada/.cache/graft")]
    [InlineData(PlatformID.MacOSX, "/home/ada/Library/Caches/graft")]
    [InlineData(PlatformID.Win32NT, "/home/ada/AppData/Local/graft")]
    public void The_platforms_cache_folder_is_the_default(PlatformID platform, string expected) =>
        Assert.Equal(Path.GetFullPath(expected), Locate(platform, "/home/ada"));

    [Fact]
    public void The_platforms_own_variable_moves_it()
    {
        Assert.Equal(
            Path.GetFullPath("/cache/graft"),
            Locate(PlatformID.Unix, "/home/ada", ("XDG_CACHE_HOME", "/cache"))
        );
        Assert.Equal(
            Path.GetFullPath("/local/graft"),
            Locate(PlatformID.Win32NT, "/home/ada", ("LOCALAPPDATA", "/local"))
        );
    }

    [Fact]
    public void A_relative_cache_folder_is_ignored_as_its_specification_demands() =>
        Assert.Equal(
            Path.GetFullPath("/home/ada/.cache/graft"),
            Locate(PlatformID.Unix, "/home/ada", ("XDG_CACHE_HOME", "cache"))
        );

    [Theory]
    [InlineData(PlatformID.Unix)]
    [InlineData(PlatformID.MacOSX)]
    [InlineData(PlatformID.Win32NT)]
    public void Grafts_variable_goes_before_everything(PlatformID platform) =>
        Assert.Equal(
            Path.GetFullPath("/data/graft"),
            Locate(
                platform,
                "/home/ada",
                ("GRAFT_HOME", "/data/graft"),
                ("XDG_CACHE_HOME", "/cache"),
                ("LOCALAPPDATA", "/local")
            )
        );

    [Fact]
    public void An_empty_variable_is_ignored() =>
        Assert.Equal(
            Path.GetFullPath("/home/ada/.cache/graft"),
            Locate(PlatformID.Unix, "/home/ada", ("GRAFT_HOME", " "))
        );

    [Fact]
    public void Without_a_home_folder_the_error_names_the_variable_to_set()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Locate(PlatformID.Unix, ""));
        Assert.Contains("Set GRAFT_HOME", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_and_features_lie_inside()
    {
        var home = new GraftHome("/data/graft");
        Assert.Equal(Path.Combine(home.Folder, "models"), home.Models);
        Assert.Equal(Path.Combine(home.Folder, "features.db"), home.Features);
    }
}
