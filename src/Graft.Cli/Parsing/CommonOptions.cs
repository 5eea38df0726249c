using System.CommandLine;
using Graft.Imaging;

namespace Graft.Cli.Parsing;

/// <summary>Options that several commands share; each call creates a new one.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() =>
        new("--json") { Description = "Print the result as one JSON document on standard output." };

    public static Option<int?> Threads() =>
        OptionKinds.Whole(
            "--threads",
            "N",
            "Number of threads; does not affect results. [default: all processors]",
            1,
            1024
        );

    public static Option<BadImageRule?> OnBadImage() =>
        OptionKinds.Choice(
            "--on-bad-image",
            "What to do with an unreadable image: leave it out and list it (skip) or stop (fail). " + "[default: skip]",
            ("skip", BadImageRule.Skip),
            ("fail", BadImageRule.Fail)
        );

    public static Option<string?> Split() =>
        OptionKinds.Parsed<string?>(
            "--split",
            "train|validation|test",
            "The split to use, if the data has splits. [default: test, or validation if there is no test " + "split]",
            text =>
                text.ToLowerInvariant() is "train" or "validation" or "test"
                    ? text.ToLowerInvariant()
                    : throw new FormatException($"expected 'train' or 'validation' or 'test', but got '{text}'.")
        );

    public static Option<int?> TestTimeViews() =>
        OptionKinds.Whole(
            "--tta",
            "N",
            "Test-time augmentation: average the predictions for N views of each image: the image, the "
                + $"flipped image, then crops. At most {Imaging.Augmentation.TestTimeViews.MaximumCount}. "
                + "[default: 1]",
            1,
            Imaging.Augmentation.TestTimeViews.MaximumCount
        );

    public static Option<string?> Backbone() =>
        new("--backbone")
        {
            HelpName = "NAME|FILE",
            Description =
                "The pretrained network: a name from 'graft models list', or a file (ONNX, TensorFlow.js "
                + "model.json, or a model written by Graft). [default: resnet50]",
        };

    /// <summary>For commands that accept only a named network, not a file.</summary>
    public static Option<string?> BackboneName() =>
        new("--backbone")
        {
            HelpName = "NAME",
            Description = "The pretrained network: a name from 'graft models list'. [default: resnet50]",
        };

    public static Option<int?> ImageSize() =>
        OptionKinds.Whole(
            "--image-size",
            "N",
            "Width and height that images are resized to, in pixels. [default: the network's own]",
            1,
            16384
        );

    public static Option<ResizeRule?> Resize() =>
        OptionKinds.Choice(
            "--resize",
            "How images of other proportions are made square: stretch, crop the centre, or pad with "
                + "black bars. [default: the network's own]",
            ("stretch", ResizeRule.Stretch),
            ("crop", ResizeRule.Crop),
            ("pad", ResizeRule.Pad)
        );

    public static Option<Graft.Features.Storage.FeaturePrecision?> FeaturePrecision() =>
        OptionKinds.Choice(
            "--feature-precision",
            "Number format of stored features: float16 halves their size; the rounding error is "
                + "reported. [default: float32]",
            ("float32", Graft.Features.Storage.FeaturePrecision.Float32),
            ("float16", Graft.Features.Storage.FeaturePrecision.Float16)
        );
}

/// <summary>
/// What to do with a bad image. Not a <c>bool</c>, because a Boolean option may be given without a value.
/// </summary>
internal enum BadImageRule
{
    Skip,
    Fail,
}

/// <summary>The two options that limit the size of images.</summary>
internal sealed class LimitOptions
{
    private readonly Option<long?> _pixels = OptionKinds.Parsed<long?>(
        "--max-pixels",
        "N",
        "Reject images with more pixels (width x height) than this. [default: 268435456]",
        text => Within(Quantities.Size(text), int.MaxValue / 3)
    );

    private readonly Option<long?> _bytes = OptionKinds.Parsed<long?>(
        "--max-file-size",
        "SIZE",
        "Reject image files larger than this, for example 50MB. [default: 256MiB]",
        text => Within(Quantities.Size(text), Array.MaxLength)
    );

    public void AddTo(Command command)
    {
        command.Add(_pixels);
        command.Add(_bytes);
    }

    public ImageLimits Read(ParseResult parsed)
    {
        var standard = new ImageLimits();
        return new()
        {
            MaximumPixels = parsed.GetValue(_pixels) ?? standard.MaximumPixels,
            MaximumFileBytes = parsed.GetValue(_bytes) ?? standard.MaximumFileBytes,
        };
    }

    private static long Within(long value, long maximum) =>
        value >= 1 && value <= maximum
            ? value
            : throw new FormatException($"{value} is out of range; use 1 to {maximum}.");
}
