using Graft.Layers.Inference;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Classification;

/// <summary>
/// A few synthetic images, made by a rule and not taken from anybody, and what a network says of them: the means to
/// tell later whether a file and a machine still say the same. Value <c>c</c> (0 red, 1 green, 2 blue) of the pixel in
/// row <c>y</c> and column <c>x</c> of image <c>k</c> is, in whole numbers, <c>(x y (c + 1) (k + 1) / 16 + 3 x + 5 y c
/// + 85 k) mod 256</c>.
/// </summary>
public static class GoldenImages
{
    /// <summary>The number of the rule, for files that outlive it.</summary>
    public const int Rule = 1;

    /// <summary>How many images there are.</summary>
    public const int Count = 3;

    private const int Channels = 3;

    /// <summary>Makes an image.</summary>
    /// <param name="shape">Its shape, <c>[height, width, 3]</c>.</param>
    /// <param name="number">Which one, from 0.</param>
    /// <returns><c>[1, height, width, 3]</c>, RGB of 0 to 255, owned by the caller.</returns>
    public static Tensor Make(Shape shape, int number)
    {
        var image = Tensor.Uninitialized(new Shape(1, shape[0], shape[1], shape[2]));
        var pixels = image.Span;
        for (var i = 0; i < pixels.Length; i++)
        {
            var (pixel, c) = Math.DivRem(i, Channels);
            var (y, x) = Math.DivRem(pixel, shape[1]);
            pixels[i] = (((long)x * y * (c + 1) * (number + 1) / 16) + (3L * x) + (5L * y * c) + (85L * number)) % 256;
        }

        return image;
    }

    /// <summary>What a network says of the images.</summary>
    /// <param name="network">From RGB pixels of 0 to 255 to probabilities; stays as it is.</param>
    /// <param name="options">How it is compiled.</param>
    /// <param name="threads">
    /// How many threads it runs on, one for each processor when 0; the answers do not depend on it.
    /// </param>
    /// <returns>The probabilities of each image.</returns>
    public static IReadOnlyList<float[]> Ask(Network network, PlanOptions options, int threads = 0)
    {
        using var workers = new WorkerPool(threads);
        using var plan = InferencePlan.Compile(network, options: options);
        using var runner = plan.CreateRunner(1, workers);
        var answers = new float[Count][];
        for (var number = 0; number < Count; number++)
        {
            using var image = Make(network.InputShape, number);
            using var probabilities = runner.Run(image);
            answers[number] = probabilities.Span.ToArray();
        }

        return answers;
    }

    /// <summary>
    /// What goes into the file of a network; null where its answers are no numbers that could be compared.
    /// </summary>
    public static GoldenAnswers? AnswersOf(Network network)
    {
        var answers = Ask(network, new PlanOptions { Exact = true });
        return answers.All(static answer => answer.All(float.IsFinite)) ? new(Rule, answers) : null;
    }
}
