using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Testing;

namespace Graft.Training.Tests.Runs;

/// <summary>
/// A home of Graft with an empty feature store and this machine's ResNet-50, which is fetched when it is not there yet.
/// </summary>
internal sealed class ResNetHome : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ResNetHome()
    {
        var machine = GraftHome.Locate();
        var store = new ModelStore(machine);
        if (NodeJs.WhyUnavailable("ResNet-50's weights", store.IsPulled("resnet50")) is { } missing)
            Assert.Skip(missing);
        try
        {
            store.Pull("resnet50", null, TestContext.Current.CancellationToken);
        }
        catch (PullException error)
        {
            Assert.Skip($"The weights cannot be fetched: {error.Message}");
        }

        Home = new GraftHome(_folder.Path);
        Directory.CreateDirectory(Home.Models);
        var stored = Path.Combine(machine.Models, "resnet50");
        var own = Path.Combine(Home.Models, "resnet50");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateSymbolicLink(own, stored);
            return;
        }

        // Windows lets only some users make links.
        Directory.CreateDirectory(own);
        foreach (var file in Directory.GetFiles(stored))
            File.Copy(file, Path.Combine(own, Path.GetFileName(file)));
    }

    public GraftHome Home { get; }

    public void Dispose() => _folder.Dispose();
}
