using Graft.Data.Hashing;
using Graft.Testing;

namespace Graft.Data.Tests;

public sealed class ImageHasherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private sealed class Reports : IProgress<HashProgress>
    {
        public List<HashProgress> All { get; } = [];

        public void Report(HashProgress value) => All.Add(value);
    }

    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void Hashes_are_those_of_fips_180(string content, string expected)
    {
        Assert.Equal(expected, ContentHash.Compute(System.Text.Encoding.ASCII.GetBytes(content)).ToString());
        var hashed = Assert.Single(
            new ImageHasher().HashAll(
                [ImageSample.FromFile(_folder.Put("x", content))],
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(expected, hashed.Hash.ToString());
        Assert.Equal(Convert.FromHexString(expected), hashed.Hash!.Value.ToArray());
        Assert.Equal(hashed.Hash, new ContentHash(Convert.FromHexString(expected)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_file_has_its_result_in_its_place(int threads)
    {
        var content = new byte[1_000_003];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(_folder["large"], content);
        Directory.CreateDirectory(_folder["folder"]);
        File.CreateSymbolicLink(_folder["dangling"], _folder["nowhere"]);
        string[] paths =
        [
            .. Enumerable.Range(0, 50).Select(i => _folder.Put($"{i}")),
            _folder["large"],
            _folder["folder"],
            _folder["dangling"],
            _folder["missing"],
        ];
        var reports = new Reports();
        var results = new ImageHasher(threads).HashAll(
            [.. paths.Select(ImageSample.FromFile)],
            reports,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(paths, results.Select(result => result.Path));
        Assert.Equal(ContentHash.Compute(content), results[50].Hash);
        for (var i = 0; i < 50; i++)
            Assert.Equal(ContentHash.Compute(File.ReadAllBytes(paths[i])), results[i].Hash);
        Assert.All(results.Skip(51), result => Assert.Null(result.Hash));
        Assert.Equal(Enumerable.Range(1, paths.Length), reports.All.Select(report => report.Done));
        Assert.Equal(new HashProgress(54, 54, 1_000_003 + 90), reports.All[^1]);
    }

    [Fact]
    public void A_pipe_is_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no pipes in folders.");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [_folder["pipe"]]))
            make.WaitForExit();
        File.CreateSymbolicLink(_folder["link"], _folder["pipe"]);
        var results = new ImageHasher().HashAll(
            [ImageSample.FromFile(_folder["pipe"]), ImageSample.FromFile(_folder["link"])],
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.All(results, result => Assert.Equal(ContentHash.Empty, result.Hash));
    }

    [Fact]
    public void A_link_to_a_file_has_the_files_hash()
    {
        _folder.Put("x", "abc");
        File.CreateSymbolicLink(_folder["link"], _folder["x"]);
        var result = Assert.Single(
            new ImageHasher().HashAll(
                [ImageSample.FromFile(_folder["link"])],
                cancellationToken: TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(ContentHash.Compute("abc"u8), result.Hash);
    }

    [Fact]
    public void Pixels_in_memory_are_hashed_with_their_size_and_a_known_hash_is_kept()
    {
        byte[] rgb = [1, 2, 3, 4, 5, 6];
        var known = ContentHash.Compute("known"u8);
        var results = new ImageHasher().HashAll(
            [
                ImageSample.FromPixels("wide", 2, 1, rgb),
                ImageSample.FromPixels("high", 1, 2, rgb),
                ImageSample.FromPixels("wide again", 2, 1, rgb),
                ImageSample.FromFile(_folder["missing"]) with
                {
                    Hash = known,
                },
            ],
            cancellationToken: TestContext.Current.CancellationToken
        );
        // "RGB", zero, width and height in little-endian order, then the pixels.
        byte[] wide = [.. "RGB\0"u8, 2, 0, 0, 0, 1, 0, 0, 0, .. rgb];
        Assert.Equal(ContentHash.Compute(wide), results[0].Hash);
        Assert.NotEqual(results[0].Hash, results[1].Hash);
        Assert.Equal(results[0].Hash, results[2].Hash);
        Assert.Equal(known, results[3].Hash);
    }

    [Fact]
    public void Hashes_of_the_wrong_length_are_refused() =>
        Assert.Throws<ArgumentException>(() => new ContentHash(new byte[31]));
}
