using System.Text.Json;
using Graft.Testing;

namespace Graft.Cli.Tests;

/// <summary>The way of a user through all verbs, on photos that are made here.</summary>
[Collection(WholeRuns.Name)]
[Trait("Category", "Slow")]
public sealed class WholeRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WholeRunTests() => GraftWeights.Ensure();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void From_photos_to_predictions()
    {
        SyntheticPhotos.WriteDataset(_folder["photos"], perClass: 20, seed: 11);
        SyntheticPhotos.WriteDataset(_folder["more"], perClass: 5, seed: 911);
        var model = _folder["run", "model.onnx"];

        var first = Json("train", _folder["photos"], "--output", _folder["run"], "--seed", "3");
        Assert.Equal(
            ["checked", "striped"],
            first.GetProperty("classes").EnumerateArray().Select(item => item.GetString())
        );
        Assert.Equal(32, first.GetProperty("trainImages").GetInt32());
        Assert.Equal(8, first.GetProperty("validationImages").GetInt32());
        Assert.Equal(0, first.GetProperty("badImages").GetInt32());
        Assert.Equal(
            40,
            first.GetProperty("featuresComputed").GetInt32() + first.GetProperty("featuresReused").GetInt32()
        );
        Assert.True(first.GetProperty("validationAccuracy").GetDouble() >= 0.875);
        Assert.Equal(1, first.GetProperty("validationTop5").GetDouble());
        foreach (
            var name in new[]
            {
                "trainAccuracy",
                "validationLoss",
                "epochs",
                "featureSeconds",
                "trainSeconds",
                "totalSeconds",
            }
        )
            Assert.Equal(JsonValueKind.Number, first.GetProperty(name).ValueKind);
        Assert.Equal(_folder["run"], first.GetProperty("run").GetString());
        Assert.Equal(model, first.GetProperty("model").GetString());
        Assert.All(
            new[]
            {
                "model.onnx",
                "arguments.json",
                "metrics.json",
                "predictions.csv",
                "history.csv",
                "bad-images.csv",
            },
            name => Assert.True(File.Exists(_folder["run", name]), name)
        );

        var bytes = File.ReadAllBytes(model);
        var second = Json("train", _folder["photos"], "--output", _folder["again"], "--seed", "3", "--threads", "1");
        Assert.Equal(0, second.GetProperty("featuresComputed").GetInt32());
        Assert.Equal(40, second.GetProperty("featuresReused").GetInt32());
        Assert.Equal(bytes, File.ReadAllBytes(_folder["again", "model.onnx"]));

        var evaluation = Json("evaluate", model, _folder["more"]);
        Assert.Equal(10, evaluation.GetProperty("images").GetInt32());
        Assert.True(evaluation.GetProperty("accuracy").GetDouble() >= 0.8);
        Assert.Equal(
            ["checked", "striped"],
            evaluation.GetProperty("perClass").EnumerateArray().Select(item => item.GetProperty("label").GetString())
        );
        var confusion = evaluation
            .GetProperty("confusion")
            .EnumerateArray()
            .Select(row => row.EnumerateArray().Select(item => item.GetInt32()).ToArray())
            .ToArray();
        Assert.All(confusion, row => Assert.Equal(5, row.Sum()));
        Assert.Equal(evaluation.GetProperty("accuracy").GetDouble(), (confusion[0][0] + confusion[1][1]) / 10.0, 9);

        // Predictions agree with the evaluation's confusion matrix.
        var answers = Json("predict", _folder["run"], _folder["more"]).EnumerateArray().ToArray();
        Assert.Equal(10, answers.Length);
        Assert.Equal(
            confusion[0][0] + confusion[1][1],
            answers.Count(answer =>
                answer.GetProperty("path").GetString()!.Contains(Top(answer), StringComparison.Ordinal)
            )
        );
        Assert.All(answers, answer =>
            Assert.Equal(
                1,
                answer
                    .GetProperty("predictions")
                    .EnumerateArray()
                    .Sum(item => item.GetProperty("probability").GetDouble()),
                4
            )
        );
        Assert.All(answers, answer => Assert.False(answer.TryGetProperty("error", out _)));
    }

    [Fact]
    public void A_bad_image_is_left_out_and_listed_or_stops_the_run()
    {
        SyntheticPhotos.WriteDataset(_folder["photos"], perClass: 10, seed: 11);
        _folder.Put("photos/striped/broken.jpg", "no image at all");

        var report = Json("train", _folder["photos"], "--output", _folder["run"]);
        Assert.Equal(1, report.GetProperty("badImages").GetInt32());
        Assert.Equal(
            20,
            report.GetProperty("trainImages").GetInt32() + report.GetProperty("validationImages").GetInt32()
        );
        Assert.Contains("broken.jpg", File.ReadAllText(_folder["run", "bad-images.csv"]), StringComparison.Ordinal);

        var refused = GraftProcess.Run([
            "train",
            _folder["photos"],
            "--output",
            _folder["strict"],
            "--on-bad-image",
            "fail",
        ]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("broken.jpg", refused.Error, StringComparison.Ordinal);

        var predicted = GraftProcess.Run(["predict", _folder["run"], _folder["photos", "striped"], "--json"]);
        using var answers = JsonDocument.Parse(predicted.Succeeded());
        Assert.Single(answers.RootElement.EnumerateArray(), answer =>
            answer.TryGetProperty("error", out _) && !answer.TryGetProperty("predictions", out _)
        );
        Assert.Contains("broken.jpg", predicted.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", predicted.Error, StringComparison.Ordinal);

        var nothing = GraftProcess.Run([
            "predict",
            _folder["run"],
            _folder["photos", "striped", "broken.jpg"],
            _folder["missing.jpg"],
        ]);
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains("missing.jpg", nothing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_with_nothing_left_is_named()
    {
        SyntheticPhotos.Write(_folder["photos", "good"], 4, striped: true, seed: 1);
        _folder.Put("photos/hopeless/a.jpg", "");
        _folder.Put("photos/hopeless/b.jpg", "text");

        var result = GraftProcess.Run(["train", _folder["photos"], "--output", _folder["run"], "--json"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Contains("hopeless", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["run", "model.onnx"]));
    }

    [Fact]
    public void Without_validation_images_there_is_a_warning()
    {
        SyntheticPhotos.WriteDataset(_folder["photos"], perClass: 4, seed: 11);

        var result = GraftProcess.Run([
            "train",
            _folder["photos"],
            "--output",
            _folder["run"],
            "--validation-fraction",
            "0",
            "--json",
        ]);

        using var report = JsonDocument.Parse(result.Succeeded());
        Assert.Equal(JsonValueKind.Null, report.RootElement.GetProperty("validationAccuracy").ValueKind);
        Assert.Contains("no validation images", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dense_head_prints_epochs_on_standard_error()
    {
        SyntheticPhotos.WriteDataset(_folder["photos"], perClass: 10, seed: 11);

        var result = GraftProcess.Run([
            "train",
            _folder["photos"],
            "--output",
            _folder["run"],
            "--head",
            "dense:16",
            "--epochs",
            "3",
        ]);

        Assert.Contains("decided when training stopped", result.Succeeded(), StringComparison.Ordinal);
        Assert.Matches(
            @"Epoch 1/3 - [0-9.]+s - loss: [0-9.]+ - accuracy: [0-9.]+ - val_loss: [0-9.]+ - val_accuracy: [0-9.]+",
            result.Error
        );
        Assert.DoesNotContain("Epoch", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output + result.Error);
    }

    [Fact]
    public void Features_of_plain_images_are_exported_in_ordinal_order()
    {
        SyntheticPhotos.Write(_folder["photos"], 3, striped: true, seed: 1);
        File.Move(_folder["photos", "0001.png"], _folder["photos", "Z.png"]);

        var report = Json("features", _folder["photos"], "--output", _folder["out.npy"]);

        Assert.Equal([3, 2048], report.GetProperty("shape").EnumerateArray().Select(item => item.GetInt32()));
        Assert.Equal(
            "row,path\n0,0000.png\n1,0002.png\n2,Z.png\n",
            File.ReadAllText(_folder["out.npy.files.csv"]).ReplaceLineEndings("\n")
        );
        Assert.Equal(3 * 2048 * 4, new FileInfo(_folder["out.npy"]).Length - 128);
    }

    [Fact]
    public void The_feature_store_can_be_shown_and_pruned()
    {
        SyntheticPhotos.Write(_folder["photos"], 3, striped: true, seed: 1);
        var home = GraftWeights.Home(_folder["home"]);
        GraftProcess.Run(["features", _folder["photos"], "--output", _folder["out.npy"]], home).Succeeded();

        using var before = JsonDocument.Parse(GraftProcess.Run(["features", "status", "--json"], home).Succeeded());
        var space = Assert.Single(before.RootElement.GetProperty("spaces").EnumerateArray());
        Assert.Equal(3, space.GetProperty("images").GetInt32());
        Assert.Equal(3 * 2048 * 4, space.GetProperty("bytes").GetInt64());
        Assert.Contains(
            "float32",
            GraftProcess.Run(["features", "status"], home).Succeeded(),
            StringComparison.Ordinal
        );

        using var pruned = JsonDocument.Parse(
            GraftProcess.Run(["features", "prune", "--all", "--json"], home).Succeeded()
        );
        Assert.Equal(3, pruned.RootElement.GetProperty("features").GetInt32());
        using var after = JsonDocument.Parse(GraftProcess.Run(["features", "status", "--json"], home).Succeeded());
        Assert.Empty(after.RootElement.GetProperty("spaces").EnumerateArray());
    }

    private static string Top(JsonElement answer) =>
        answer.GetProperty("predictions").EnumerateArray().First().GetProperty("label").GetString()!;

    private static JsonElement Json(params string[] arguments)
    {
        using var document = JsonDocument.Parse(GraftProcess.Run([.. arguments, "--json"]).Succeeded());
        return document.RootElement.Clone();
    }
}
