using System.Text;
using Graft.Weights.TfJs;

namespace Graft.Weights.Tests.TfJs;

public sealed class TfJsDamageTests : IDisposable
{
    private const int Mutants = 2000;
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-tfjs-").FullName;

    public TfJsDamageTests()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "TfJs", "Samples", "uint8")))
            File.Copy(file, InFolder(Path.GetFileName(file)));
    }

    private string Model => InFolder("model.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_missing_shard_is_named()
    {
        File.Delete(InFolder("group1-shard3of4.bin"));
        Assert.Contains("group1-shard3of4.bin", Failure().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("group1-shard2of4.bin", -1)]
    [InlineData("group1-shard2of4.bin", 1)]
    [InlineData("group3-shard1of1.bin", -1)]
    [InlineData("group3-shard1of1.bin", 1)]
    public void A_shard_of_another_size_is_refused(string shard, int change)
    {
        using (var stream = new FileStream(InFolder(shard), FileMode.Open))
            stream.SetLength(stream.Length + change);
        var error = Failure();
        Assert.Contains(shard, error.Expected, StringComparison.Ordinal);
        Assert.Equal(change, int.Parse(error.Found) - int.Parse(error.Expected.Split(' ')[0]));
    }

    [Theory]
    [InlineData("../outside.bin")]
    [InlineData("a/../../outside.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("C:\\\\outside.bin")]
    [InlineData("..\\\\outside.bin")]
    [InlineData("./group3-shard1of1.bin")]
    [InlineData("")]
    public void A_shard_outside_the_folder_is_refused_without_being_read(string path)
    {
        File.Copy(
            InFolder("group3-shard1of1.bin"),
            Path.Combine(Path.GetDirectoryName(_folder)!, Path.GetFileName(_folder) + ".outside")
        );
        try
        {
            Replace("group3-shard1of1.bin", path);
            Assert.Contains("own folder", Failure().Expected, StringComparison.Ordinal);
            Replace($"\"{path}\"", $"\"../{Path.GetFileName(_folder)}.outside\"");
            Assert.Contains("own folder", Failure().Expected, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(_folder + ".outside");
        }
    }

    [Theory]
    [InlineData("\"dtype\": \"uint8\"", "\"dtype\": \"uint4\"", "a dtype among uint8")]
    [InlineData("\"dtype\": \"uint8\"", "\"dtype\": \"uint16\"", "bytes for")]
    [InlineData("\"name\": \"conv/bias\"", "\"name\": \"conv/kernel\"", "every tensor once")]
    [InlineData("\"name\": \"conv/bias\"", "\"title\": \"conv/bias\"", "a string 'name'")]
    [InlineData("\"scale\": 0.", "\"step\": 0.", "a number 'scale'")]
    [InlineData("\"weightsManifest\"", "\"weights\"", "weightsManifest")]
    [InlineData("\"modelTopology\"", "\"topology\"", "modelTopology")]
    [InlineData("\"class_name\": \"Model\"", "\"class_name\": \"Madel\"", "of class Model")]
    [InlineData("\"paths\"", "\"path\"", "a list 'paths'")]
    [InlineData("\"layers-model\",", "\"layers-model\"", "JSON")]
    [InlineData("\"layers-model\",", "\"layers-model\", \"format\": \"x\",", "JSON")]
    public void A_description_that_breaks_a_rule_is_refused_with_the_rule(string part, string other, string rule)
    {
        Replace(part, other);
        Assert.Contains(rule, Failure().Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[-3,3,3,4]", "dimensions from 0")]
    [InlineData("[3.5,3,3,4]", "dimensions from 0")]
    [InlineData("[2147483647,2147483647]", "at most 2,147,483,647 elements")]
    [InlineData("[2147483647,2147483647,2147483647]", "at most 2,147,483,647 elements")]
    [InlineData("[2147483647]", "bytes for")]
    [InlineData("7", "a list of dimensions")]
    public void A_shape_that_cannot_be_is_refused(string shape, string rule)
    {
        var text = File.ReadAllText(Model);
        var start =
            text.IndexOf(
                "\"shape\": [",
                text.IndexOf("weightsManifest", StringComparison.Ordinal),
                StringComparison.Ordinal
            ) + "\"shape\": ".Length;
        var end = text.IndexOf(']', start) + 1;
        File.WriteAllText(Model, text[..start] + shape + text[end..]);
        Assert.Contains(rule, Failure().Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_shortened_after_opening_is_an_error()
    {
        var model = TfJsModel.Open(Model);
        File.WriteAllBytes(InFolder("group2-shard1of1.bin"), []);
        Assert.Throws<WeightsFormatException>(() => ReadAll(model));
    }

    [Fact]
    public void Altered_descriptions_are_read_or_refused_but_never_crash()
    {
        var whole = File.ReadAllBytes(Model);
        var random = new Random(99);
        var refused = 0;
        for (var i = 0; i < Mutants; i++)
        {
            var bytes = whole.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] =
                    random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"0123456789-[]{}\",:"[random.Next(18)];
            File.WriteAllBytes(Model, bytes);
            try
            {
                ReadAll(TfJsModel.Open(Model));
            }
            catch (WeightsFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, Mutants / 4, Mutants - 1);
    }

    private static void ReadAll(TfJsModel model)
    {
        foreach (var (_, tensor) in model.ReadWeights())
            tensor.Dispose();
    }

    private WeightsFormatException Failure()
    {
        var error = Assert.Throws<WeightsFormatException>(() => TfJsModel.Open(Model));
        Assert.Contains(Model, error.Message, StringComparison.Ordinal);
        return error;
    }

    private void Replace(string part, string other)
    {
        var text = File.ReadAllText(Model);
        var at = text.IndexOf(part, StringComparison.Ordinal);
        Assert.True(at >= 0, $"The sample does not hold {part}.");
        File.WriteAllText(
            Model,
            string.Concat(text.AsSpan(0, at), other, text.AsSpan(at + part.Length)),
            new UTF8Encoding(false)
        );
    }

    private string InFolder(string name) => Path.Combine(_folder, name);
}
