using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>What is wrong with the input is one message and exit code 1: nothing here needs weights.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_folder_is_named() => Fails(["train", _folder["nowhere"]], "nowhere");

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_told() =>
        Fails(["train", _folder.Put("photos.txt", "")], "is a file");

    [Fact]
    public void An_empty_folder_is_told() => Fails(["train", _folder.MakeFolder("empty")], "is empty");

    [Fact]
    public void Photos_without_class_folders_are_told()
    {
        _folder.Put("flat/a.jpg", "x");

        Fails(["train", _folder["flat"]], "no class folders");
    }

    [Fact]
    public void A_single_class_is_told()
    {
        _folder.Put("one/cat/a.jpg", "x");

        Fails(["train", _folder["one"]], "only one class, 'cat'");
    }

    [Fact]
    public void An_empty_class_is_named()
    {
        _folder.Put("data/cat/a.jpg", "x");
        _folder.MakeFolder("data/dog");

        Fails(["train", _folder["data"]], "'dog'");
    }

    [Fact]
    public void Class_folders_without_images_are_told()
    {
        _folder.MakeFolder("data/cat");
        _folder.MakeFolder("data/dog");

        Fails(["train", _folder["data"]], "No images were found");
    }

    [Fact]
    public void A_class_that_only_validation_has_is_named()
    {
        _folder.Put("data/train/cat/a.jpg", "x");
        _folder.Put("data/train/dog/a.jpg", "y");
        _folder.Put("data/validation/bird/a.jpg", "z");

        Fails(["train", _folder["data"]], "'bird'");
    }

    [Fact]
    public void An_unknown_backbone_gets_a_suggestion()
    {
        Dataset();

        Fails(
            ["train", _folder["data"], "--backbone", "resnet-5O", "--output", _folder["run"]],
            "Did you mean 'resnet50'?"
        );
        Fails(["models", "info", "resnet5"], "Did you mean 'resnet50'?");
    }

    [Fact]
    public void An_output_folder_that_cannot_be_made_is_told_before_any_work()
    {
        Dataset();
        var file = _folder.Put("file", "");

        Fails(["train", _folder["data"], "--output", Path.Combine(file, "run")], "cannot be made or written to");
    }

    [Fact]
    public void An_output_that_is_read_only_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /proc, where nobody can make a folder.");
        Dataset();

        Fails(["train", _folder["data"], "--output", "/proc/graft-run"], "/proc/graft-run");
    }

    [Fact]
    public void Features_in_an_unknown_format_are_refused() =>
        Fails(["features", _folder.Path, "--output", "features.csv"], ".safetensors");

    [Fact]
    public void A_missing_model_is_told_with_what_to_name()
    {
        var photo = _folder.Put("a.jpg", "x");

        Fails(["predict", _folder["none.onnx"], photo], "none.onnx", "graft train");
        Fails(["evaluate", _folder["none.onnx"], _folder.Path], "none.onnx", "graft train");
    }

    [Fact]
    public void A_model_that_is_none_is_told()
    {
        var model = _folder.Put("model.onnx", "this is no model");

        Fails(["predict", model, model], "model.onnx", "expected");
    }

    [Fact]
    public void An_empty_model_is_told()
    {
        var model = _folder.Put("model.onnx", "");

        Fails(["predict", model, model], "model.onnx");
    }

    private void Dataset()
    {
        _folder.Put("data/cat/a.jpg", "x");
        _folder.Put("data/cat/b.jpg", "y");
        _folder.Put("data/dog/a.jpg", "z");
        _folder.Put("data/dog/b.jpg", "w");
    }

    private static void Fails(string[] arguments, params string[] parts)
    {
        var result = InProcess.Run(arguments);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        var message = result.Error.TrimEnd().Split('\n')[^1];
        Assert.StartsWith("graft: ", message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected", result.Error, StringComparison.Ordinal);
    }
}
