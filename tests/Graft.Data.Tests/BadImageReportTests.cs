using Graft.Testing;
using Graft.Weights.Csv;

namespace Graft.Data.Tests;

public sealed class BadImageReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fields_are_quoted_as_rfc_4180_demands()
    {
        BadImageReport.Write(
            _folder["bad-images.csv"],
            [new("b,\"c\".jpg", "two\nlines"), new("a.jpg", "truncated after 10 bytes"), new("d é.jpg", "")]
        );
        const string Expected =
            "path,reason\r\na.jpg,truncated after 10 bytes\r\n\"b,\"\"c\"\".jpg\",\"two\nlines\"\r\nd é.jpg,\r\n";
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(Expected), File.ReadAllBytes(_folder["bad-images.csv"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Without_bad_images_there_is_the_heading()
    {
        BadImageReport.Write(_folder["run/bad-images.csv"], []);
        Assert.Equal("path,reason\r\n", File.ReadAllText(_folder["run/bad-images.csv"]));
    }

    [Fact]
    public void A_row_of_the_wrong_length_leaves_no_file()
    {
        Assert.Throws<ArgumentException>(() =>
            CsvFile.Write(
                _folder["a.csv"],
                ["one", "two"],
                [
                    ["1"],
                ]
            )
        );
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
