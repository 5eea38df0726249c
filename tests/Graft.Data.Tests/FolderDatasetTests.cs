using Graft.Data.Hashing;
using Graft.Testing;

namespace Graft.Data.Tests;

public sealed class FolderDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static ImageDataset Scan(string root, SplitOptions? options = null) =>
        ImageDataset.Scan(root, options, cancellationToken: TestContext.Current.CancellationToken);

    private static string[] Paths(IEnumerable<ImageSample> images) => [.. images.Select(image => image.Name)];

    [Fact]
    public void Class_folders_are_divided_80_to_20_in_every_class()
    {
        for (var i = 0; i < 50; i++)
            _folder.Put($"cat/{i}.jpg");
        for (var i = 0; i < 10; i++)
            _folder.Put($"Dog/{i}.jpg");
        var dataset = Scan(_folder.Path);

        Assert.Equal(["Dog", "cat"], dataset.ClassNames);
        Assert.Equal(8, dataset.Training.Count(image => image.Label == 0));
        Assert.Equal(40, dataset.Training.Count(image => image.Label == 1));
        Assert.Equal(2, dataset.Validation.Count(image => image.Label == 0));
        Assert.Equal(10, dataset.Validation.Count(image => image.Label == 1));
        Assert.Empty(dataset.Test);
        Assert.Empty(Paths(dataset.Training).Intersect(Paths(dataset.Validation)));
        Assert.Equal(Paths(dataset.Training).Order(StringComparer.Ordinal), Paths(dataset.Training));
        Assert.All(dataset.Training, image => Assert.Equal(image.Name, File.ReadAllText(image.Path)));
        Assert.All(dataset.Training, image =>
            Assert.StartsWith(dataset.ClassNames[image.Label] + "/", image.Name, StringComparison.Ordinal)
        );
        Assert.All(dataset.Training, image =>
            Assert.Equal(ContentHash.Compute(File.ReadAllBytes(image.Path)), image.Hash)
        );
    }

    [Fact]
    public void The_split_depends_on_the_seed_and_not_on_names_or_places()
    {
        using var other = new TemporaryFolder();
        for (var i = 0; i < 40; i++)
        {
            _folder.Put($"a/{i}", $"a{i}");
            _folder.Put($"b/{i}", $"b{i}");
            other.Put($"b/renamed{39 - i}", $"b{i}");
            other.Put($"a/deeper/{39 - i}", $"a{i}");
        }

        static IEnumerable<string> Contents(ImageDataset dataset) =>
            dataset.Validation.Select(image => File.ReadAllText(image.Path)).Order();
        var first = Scan(_folder.Path, new() { Seed = 1 });
        Assert.Equal(Contents(first), Contents(Scan(other.Path, new() { Seed = 1 })));
        Assert.NotEqual(Contents(first), Contents(Scan(_folder.Path, new() { Seed = 2 })));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void Exact_copies_stay_on_one_side(ulong seed)
    {
        for (var i = 0; i < 30; i++)
        {
            _folder.Put($"a/{i}", $"a{i / 3}");
            _folder.Put($"b/{i}", $"b{i}");
        }

        _folder.Put("a/also in b", "b7");
        var dataset = Scan(_folder.Path, new() { Seed = seed });
        var training = dataset.Training.Select(image => File.ReadAllText(image.Path)).ToHashSet();
        Assert.DoesNotContain(dataset.Validation, image => training.Contains(File.ReadAllText(image.Path)));

        // Of 31 images 6 are wanted: two threes, or a three and the copy that is also in b.
        Assert.Contains(dataset.Validation.Count(image => image.Label == 0), (int[])[4, 6]);
        Assert.Equal(6, dataset.Validation.Count(image => image.Label == 1));
    }

    [Fact]
    public void A_group_key_of_ones_own_keeps_groups_together()
    {
        for (var i = 0; i < 40; i++)
        {
            _folder.Put($"a/{i}");
            _folder.Put($"b/{i}");
        }

        static string Burst(ImageSample image) => $"{image.Label} {int.Parse(Path.GetFileName(image.Path)) / 4}";
        var dataset = Scan(_folder.Path, new() { GroupOf = Burst });
        Assert.Equal(16, dataset.Validation.Count);
        Assert.Empty(dataset.Training.Select(Burst).Intersect(dataset.Validation.Select(Burst)));
    }

    [Theory]
    [InlineData("train", "validation", "test")]
    [InlineData("Train", "VAL", "Test")]
    [InlineData("TRAIN", "valid", "TEST")]
    public void Splits_that_are_there_are_kept(string train, string validation, string test)
    {
        _folder.Put($"{train}/a/1");
        _folder.Put($"{train}/b/1");
        _folder.Put($"{train}/c/1");
        _folder.Put($"{validation}/c/2");
        _folder.Put($"{test}/b/3");
        var dataset = Scan(_folder.Path);
        Assert.Equal(["a", "b", "c"], dataset.ClassNames);
        Assert.Equal([$"{train}/a/1", $"{train}/b/1", $"{train}/c/1"], Paths(dataset.Training));

        // A class that validation lacks keeps its index.
        Assert.Equal(2, Assert.Single(dataset.Validation).Label);
        Assert.Equal(1, Assert.Single(dataset.Test).Label);
    }

    [Fact]
    public void Training_is_divided_when_only_validation_is_missing()
    {
        for (var i = 0; i < 10; i++)
        {
            _folder.Put($"train/a/{i}");
            _folder.Put($"train/b/{i}");
        }

        _folder.Put("test/a/x");
        var dataset = Scan(_folder.Path);
        Assert.Equal((16, 4, 1), (dataset.Training.Count, dataset.Validation.Count, dataset.Test.Count));
    }

    [Fact]
    public void Nested_files_count_and_leftovers_of_systems_do_not()
    {
        _folder.Put("a/1.jpg");
        _folder.Put("a/2016/summer/2.JPG");
        _folder.Put("a/no extension");
        _folder.Put("a/.hidden");
        _folder.Put("a/._1.jpg");
        _folder.Put("a/.thumbnails/1.jpg");
        _folder.Put("a/Thumbs.db");
        _folder.Put("a/desktop.ini");
        _folder.Put("a/__MACOSX/1.jpg");
        _folder.Put("__MACOSX/a/1.jpg");
        _folder.Put(".git/x");
        _folder.Put("b/1.jpg");
        _folder.Put("b/2.jpg");
        _folder.Put("labels.csv");
        var dataset = Scan(_folder.Path, new() { ValidationFraction = 0 });
        Assert.Equal(
            ["a/1.jpg", "a/2016/summer/2.JPG", "a/no extension", "b/1.jpg", "b/2.jpg"],
            Paths(dataset.Training)
        );
        Assert.Empty(dataset.Validation);
        Assert.Equal(["labels.csv"], dataset.StrayFiles);
    }

    [Fact]
    public void Links_are_followed_and_those_that_lead_nowhere_stay_candidates()
    {
        using var elsewhere = new TemporaryFolder();
        elsewhere.Put("x.jpg");
        elsewhere.Put("more/y.jpg");
        _folder.Put("a/1.jpg");
        _folder.Put("b/1.jpg");
        File.CreateSymbolicLink(_folder["a/2.jpg"], elsewhere["x.jpg"]);
        File.CreateSymbolicLink(_folder["a/3.jpg"], elsewhere["missing.jpg"]);
        Directory.CreateSymbolicLink(_folder["b/more"], elsewhere["more"]);
        var dataset = Scan(_folder.Path);
        Assert.Equal(
            ["a/1.jpg", "a/2.jpg", "a/3.jpg", "b/1.jpg", "b/more/y.jpg"],
            Paths(dataset.Training.Concat(dataset.Validation)).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Folders_that_link_to_each_other_end()
    {
        _folder.Put("a/1.jpg");
        _folder.Put("b/1.jpg");
        Directory.CreateSymbolicLink(_folder["a/up"], _folder.Path);
        Directory.CreateSymbolicLink(_folder["a/self"], _folder["a"]);
        Directory.CreateSymbolicLink(_folder["b/loop"], _folder["b/loop"]);
        var dataset = Scan(_folder.Path, new() { ValidationFraction = 0 });

        // Through "up" the whole dataset is reached once more, and no further.
        Assert.Equal(["a/1.jpg", "a/up/b/1.jpg", "a/up/b/loop", "b/1.jpg", "b/loop"], Paths(dataset.Training));
    }

    [Fact]
    public void A_class_of_one_image_is_learned_from()
    {
        _folder.Put("a/1");
        for (var i = 0; i < 2; i++)
            _folder.Put($"b/{i}");
        var dataset = Scan(_folder.Path);
        Assert.Equal([0, 1], dataset.Training.Select(image => image.Label));
        Assert.Equal([1], dataset.Validation.Select(image => image.Label));
    }

    [Fact]
    public void Folders_are_listed_with_the_classes_of_a_model()
    {
        _folder.Put("dog/1");
        _folder.Put("cat/1");
        var images = FolderDataset.ListWithClasses(_folder.Path, ["bird", "cat", "dog"]);
        Assert.Equal([("cat/1", 1), ("dog/1", 2)], images.Select(image => (image.Name, image.Label)));
        var error = Assert.Throws<DatasetException>(() =>
            FolderDataset.ListWithClasses(_folder.Path, ["cat", "horse"])
        );
        Assert.Contains("'dog'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scanning_can_be_cancelled()
    {
        for (var i = 0; i < 10; i++)
        {
            _folder.Put($"a/{i}");
            _folder.Put($"b/{i}");
        }

        Assert.ThrowsAny<OperationCanceledException>(() =>
            ImageDataset.Scan(_folder.Path, cancellationToken: new CancellationToken(canceled: true))
        );
    }
}
