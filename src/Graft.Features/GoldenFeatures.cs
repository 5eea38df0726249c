using System.Text;
using Graft.Classification;
using Graft.Data.Hashing;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Features;

/// <summary>
/// The features of the <see cref="GoldenImages"/>, kept in the feature store. With them, a run on a known trunk can
/// write the golden answers into its model without compiling the trunk.
/// </summary>
/// <param name="store">The store of the features.</param>
/// <param name="workers">The threads to run on; the answers do not depend on them.</param>
public sealed class GoldenFeatures(FeatureStore store, WorkerPool workers)
{
    private static readonly PlanOptions Exact = new() { Exact = true };

    /// <summary>The golden answers of a head on a trunk.</summary>
    /// <param name="trunk">The trunk, with its network.</param>
    /// <param name="head">The head, from features to logits; not changed.</param>
    /// <returns>The answers for the model file; null if a feature or an answer is not finite.</returns>
    public GoldenAnswers? AnswersOf(Backbone trunk, Network head)
    {
        using var features = Tensor.Uninitialized(new Shape([GoldenImages.Count, .. trunk.FeatureShape.Dimensions]));
        if (!Read(trunk, features))
            return null;
        using var pass = head.Forward(features, new PassOptions { Workers = workers, Backward = false });
        var answers = new float[GoldenImages.Count][];
        for (var number = 0; number < answers.Length; number++)
        {
            answers[number] = new float[pass.Output.Shape[1]];
            Softmax.Apply(pass.Output.Rows(number), answers[number]);
        }

        return answers.All(static answer => answer.All(float.IsFinite)) ? new(GoldenImages.Rule, answers) : null;
    }

    private bool Read(Backbone trunk, Tensor features)
    {
        var table = store.Space(
            new FeatureSpace
            {
                Decoder = FormattableString.Invariant($"golden images, rule {GoldenImages.Rule}"),
                Preprocessing = trunk.Preprocessing.ToString(),
                Weights = trunk.Digest,
                Node = trunk.Node,
                Numerics = Exact.Numerics,
                Shape = trunk.FeatureShape,
            }
        );
        ContentHash[] hashes =
        [
            .. Enumerable
                .Range(0, GoldenImages.Count)
                .Select(number =>
                    ContentHash.Compute(
                        Encoding.UTF8.GetBytes(FormattableString.Invariant($"{GoldenImages.Rule}/{number}"))
                    )
                ),
        ];
        if (table.ReadMany(hashes, features.Span, new bool[hashes.Length]) == hashes.Length)
            return true;
        Compute(trunk.Network, features);
        foreach (var value in features.Span)
        {
            if (!float.IsFinite(value))
                return false;
        }

        try
        {
            table.WriteBatch([
                .. hashes.Select((hash, number) => (hash, (ReadOnlyMemory<float>)features.Rows(number).ToArray())),
            ]);
        }
        catch (FeatureStoreException)
        {
            // The features are computed again next time. The extraction before has reported the store's problem.
        }

        return true;
    }

    private void Compute(Network network, Tensor features)
    {
        using var plan = InferencePlan.Compile(network, options: Exact);
        using var runner = plan.CreateRunner(1, workers);
        for (var number = 0; number < GoldenImages.Count; number++)
        {
            using var image = GoldenImages.Make(network.InputShape, number);
            using var output = runner.Run(image);
            output.Span.CopyTo(features.Rows(number));
        }
    }
}
