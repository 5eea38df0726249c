using Graft.Imaging;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Models.Downloads;
using Graft.Models.Networks;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Testing;

namespace Graft.Models.Tests.ResNet50;

/// <summary>
/// ResNet-50 with its ImageNet weights, fetched when they are not on this machine yet. Shared by the tests of a class.
/// </summary>
public sealed class PretrainedResNet50 : IDisposable
{
    private readonly Network? _network;

    public PretrainedResNet50()
    {
        var store = new ModelStore(GraftHome.Locate());
        WhyMissing = NodeJs.WhyUnavailable("ResNet-50's weights", store.IsPulled("resnet50"));
        if (WhyMissing is not null)
            return;
        try
        {
            using var weights = store.OpenWeights("resnet50");
            Labels = store.ReadLabels("resnet50");
            _network = Architectures.Find("resnet50").Build(Preprocessing.Caffe(224));
            NetworkWeights.Load(_network, weights);
        }
        catch (PullException exception)
        {
            WhyMissing = $"The weights cannot be fetched: {exception.Message}";
        }
    }

    /// <summary>Why there are no weights, where there are none.</summary>
    public string? WhyMissing { get; }

    /// <summary>The names of the 1,000 classes.</summary>
    public IReadOnlyList<string> Labels { get; } = [];

    /// <summary>The network; without weights the test is skipped visibly.</summary>
    public Network Network
    {
        get
        {
            if (_network is null)
                Assert.Skip(WhyMissing!);
            return _network;
        }
    }

    /// <summary>The output of a node for RGB pixels of 0 to 255.</summary>
    public Tensor Run(string node, Tensor pixels, int threads = 2)
    {
        using var plan = InferencePlan.Compile(Network, node);
        using var workers = new WorkerPool(threads);
        using var runner = plan.CreateRunner(pixels.Shape[0], workers);
        return runner.Run(pixels);
    }

    public void Dispose() => _network?.Dispose();
}
