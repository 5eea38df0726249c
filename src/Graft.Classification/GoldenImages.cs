using Graft.Engines;
using Graft.Layers.Networks;
using Graft.Tensors;

namespace Graft.Classification;

/// <summary>
/// Synthetic images that a fixed rule generates. A model file stores its network's probabilities for them, so that a
/// damaged file or a faulty machine can be detected later. In integer arithmetic, channel <c>c</c> (0 red, 1 green, 2
/// blue) of the pixel in row <c>y</c> and column <c>x</c> of image <c>k</c> is <c>(x y (c + 1) (k + 1) / 16 + 3 x +
/// 5 y c + 85 k) mod 256</c>. Thread-safe.
/// </summary>
public static class GoldenImages
{
    /// <summary>The version of the rule; a model file stores it.</summary>
    public const int Rule = 1;

    /// <summary>The number of images.</summary>
    public const int Count = 3;

    private const int Channels = 3;

    /// <summary>Generates an image.</summary>
    /// <param name="shape">The shape of the image, <c>[height, width, 3]</c>.</param>
    /// <param name="number">The number of the image, from 0.</param>
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

    /// <summary>Computes a network's probabilities for the images.</summary>
    /// <param name="network">The network, from RGB pixels of 0 to 255 to probabilities; not changed.</param>
    /// <param name="engine">What runs the network.</param>
    /// <param name="threads">
    /// The number of threads; one for each processor when 0. With Graft's own engine, the result does not depend on it.
    /// </param>
    /// <returns>The probabilities of each image.</returns>
    public static IReadOnlyList<float[]> Ask(Network network, IEngine engine, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(engine);
        using var workers = new WorkerPool(threads);
        using var compiled = engine.Compile(network);
        using var runner = compiled.CreateRunner(1, workers);
        return Run(network.InputShape, image => runner.Run(image));
    }

    /// <summary>Runs a network on each of the images.</summary>
    /// <param name="shape">The shape of an image, <c>[height, width, 3]</c>.</param>
    /// <param name="run">
    /// Computes probabilities from pixels <c>[1, height, width, 3]</c>. This method disposes the probabilities.
    /// </param>
    /// <returns>The probabilities of each image.</returns>
    internal static IReadOnlyList<float[]> Run(Shape shape, Func<Tensor, Tensor> run)
    {
        var answers = new float[Count][];
        for (var number = 0; number < Count; number++)
        {
            using var image = Make(shape, number);
            using var probabilities = run(image);
            answers[number] = probabilities.Span.ToArray();
        }

        return answers;
    }

    /// <summary>Computes the golden answers that a model file stores; null if any probability is not finite.</summary>
    public static GoldenAnswers? AnswersOf(Network network)
    {
        var answers = Ask(network, GraftEngine.Exact);
        return answers.All(static answer => answer.All(float.IsFinite)) ? new(Rule, answers) : null;
    }
}
