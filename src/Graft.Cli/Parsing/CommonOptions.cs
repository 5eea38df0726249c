using System.CommandLine;
using Graft.Imaging;

namespace Graft.Cli.Parsing;

/// <summary>Options that several commands have, made anew for each.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() =>
        new("--json") { Description = "Print one JSON document on standard output and nothing else there." };

    public static Option<bool> Exact() =>
        new("--exact")
        {
            Description =
                "Compute every convolution as a plain sum. Slower; without it 3x3 convolutions use Winograd's "
                + "algorithm, with a rounding error of about one part in a million.",
        };

    public static Option<int?> Threads() =>
        OptionKinds.Whole(
            "--threads",
            "N",
            "Threads to work on; all processors when not given. Results do not depend on it.",
            1,
            1024
        );

    public static Option<BadImageRule?> OnBadImage() =>
        OptionKinds.Choice(
            "--on-bad-image",
            "What a file that is no readable image does: it is left out and listed (skip, the default), or stops "
                + "the work (fail).",
            ("skip", BadImageRule.Skip),
            ("fail", BadImageRule.Fail)
        );

    public static Option<string?> Split() =>
        OptionKinds.Parsed<string?>(
            "--split",
            "train|validation|test",
            "Which split, where the folder has splits; the test split, or else the validation split, when not given.",
            text =>
                text.ToLowerInvariant() is "train" or "validation" or "test"
                    ? text.ToLowerInvariant()
                    : throw new FormatException($"'train' or 'validation' or 'test' is expected; '{text}' was given.")
        );

    public static Option<int?> TestTimeViews() =>
        OptionKinds.Whole(
            "--tta",
            "N",
            $"Test-time augmentation: average over N views of each image: itself, its mirror image, then parts of "
                + $"it; at most {Imaging.Augmentation.TestTimeViews.MaximumCount}. [default: 1]",
            1,
            Imaging.Augmentation.TestTimeViews.MaximumCount
        );

    public static Option<string?> Backbone() =>
        new("--backbone")
        {
            HelpName = "NAME|FILE",
            Description =
                "The pretrained network: one that 'graft models list' shows, or a file: ONNX, a TensorFlow.js "
                + "model.json, a model that Graft wrote. [default: resnet50]",
        };

    /// <summary>For commands that need no more of a network than what its weights say of pictures.</summary>
    public static Option<string?> BackboneName() =>
        new("--backbone")
        {
            HelpName = "NAME",
            Description = "The pretrained network: one that 'graft models list' shows. [default: resnet50]",
        };

    public static Option<int?> ImageSize() =>
        OptionKinds.Whole(
            "--image-size",
            "N",
            "Width and height that images are brought to, in pixels; the network's own when not given.",
            1,
            16384
        );

    public static Option<ResizeRule?> Resize() =>
        OptionKinds.Choice(
            "--resize",
            "How other proportions become square: stretched, the centre cut out, or black bars added; the network's "
                + "own rule when not given.",
            ("stretch", ResizeRule.Stretch),
            ("crop", ResizeRule.Crop),
            ("pad", ResizeRule.Pad)
        );

    public static Option<Graft.Features.Storage.FeaturePrecision?> FeaturePrecision() =>
        OptionKinds.Choice(
            "--feature-precision",
            "How computed features are kept: float16 halves the store and says what it costs. [default: float32]",
            ("float32", Graft.Features.Storage.FeaturePrecision.Float32),
            ("float16", Graft.Features.Storage.FeaturePrecision.Float16)
        );
}

/// <summary>What a bad image does. Not a truth value: options of those may have no value.</summary>
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
        "Images of more pixels (width x height) are refused. [default: 268435456]",
        text => Within(Quantities.Size(text), int.MaxValue / 3)
    );

    private readonly Option<long?> _bytes = OptionKinds.Parsed<long?>(
        "--max-file-size",
        "SIZE",
        "Image files larger than this are refused, for example 50MB. [default: 256MiB]",
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
            : throw new FormatException($"{value} is out of range; 1 to {maximum} is possible.");
}
