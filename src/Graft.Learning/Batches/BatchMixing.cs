using Graft.Imaging.Augmentation;
using Graft.Tensors;

namespace Graft.Learning.Batches;

/// <summary>MixUp and CutMix: each image of a batch is mixed with the next one, the last with the first.</summary>
internal static class BatchMixing
{
    private const int Channels = 3;

    /// <summary>Mixes the images of a batch.</summary>
    /// <param name="pixels"><c>[n, height, width, 3]</c>, changed in place.</param>
    /// <param name="labels">The class of each image; replaced by the class of the image's larger part.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="options">The strength of MixUp and CutMix; at least one must be above 0.</param>
    /// <param name="randomFor">Returns the random numbers for an image of the batch, by index.</param>
    /// <returns><c>[n, classes]</c>: the share of each class in each image; owned by the caller.</returns>
    public static Tensor Mix(
        Tensor pixels,
        int[] labels,
        int classes,
        AugmentationOptions options,
        Func<int, DeterministicRandom> randomFor
    )
    {
        var targets = Tensor.Zeros(new Shape(labels.Length, classes));
        var given = labels.ToArray();
        var first = pixels.Rows(0).ToArray();
        for (var i = 0; i < labels.Length; i++)
        {
            // The next image is still unchanged. The first one has changed by the time the last one needs it, hence the
            // copy.
            var next = (i + 1) % labels.Length;
            ReadOnlySpan<float> other = next == 0 ? first : pixels.Rows(next);
            var random = randomFor(i);
            var cuts = options.MixUp == 0 || (options.CutMix > 0 && random.NextInt(2) == 1);
            var share = cuts
                ? Cut(pixels.Rows(i), other, pixels.Shape[1], pixels.Shape[2], options.CutMix, random)
                : Blend(pixels.Rows(i), other, options.MixUp, random);
            var row = targets.Rows(i);
            row[given[i]] += share;
            row[given[next]] += 1 - share;
            labels[i] = share >= 0.5f ? given[i] : given[next];
        }

        return targets;
    }

    /// <summary>Blends the two images and returns the share of the first.</summary>
    private static float Blend(Span<float> image, ReadOnlySpan<float> other, double alpha, DeterministicRandom random)
    {
        var share = (float)BetaDistribution.Draw(random, alpha);
        for (var i = 0; i < image.Length; i++)
            image[i] = (image[i] * share) + (other[i] * (1 - share));
        return share;
    }

    /// <summary>Pastes a part of the other image and returns the share of the area that is left of the first.</summary>
    private static float Cut(
        Span<float> image,
        ReadOnlySpan<float> other,
        int height,
        int width,
        double alpha,
        DeterministicRandom random
    )
    {
        var side = Math.Sqrt(1 - BetaDistribution.Draw(random, alpha));
        var (left, right) = Part(width);
        var (top, bottom) = Part(height);
        for (var y = top; y < bottom; y++)
        {
            var row = ((y * width) + left) * Channels;
            other.Slice(row, (right - left) * Channels).CopyTo(image[row..]);
        }

        return 1 - ((float)((right - left) * (bottom - top)) / (width * height));

        (int First, int End) Part(int length)
        {
            var centre = random.NextInt(length);
            var half = (int)(length * side) / 2;
            return (Math.Max(0, centre - half), Math.Min(length, centre + half));
        }
    }
}
