using System.IO.Compression;
using System.Text;
using Graft.Tensors;
using Graft.Weights.Formats;
using Graft.Weights.PyTorch;

namespace Graft.Weights.Tests.PyTorch;

/// <summary>State files that PyTorch saved; Samples/make_samples.py made them.</summary>
public sealed class PyTorchFileTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "PyTorch", "Samples");

    [Fact]
    public void Tensors_have_their_names_types_shapes_and_values()
    {
        using var file = PyTorchFile.Open(PathOf("state"));
        var all = Enumerable.Range(0, 24).Select(i => i / 8f).ToArray();
        var transposed = Enumerable.Range(0, 24).Select(i => all[(i % 4 * 6) + (i / 4)]).ToArray();
        AssertTensor(file, "plain", "Float", [4, 6], all);
        AssertTensor(file, "transposed", "Float", [6, 4], transposed);
        AssertTensor(file, "row", "Float", [6], all[6..12]);
        AssertTensor(file, "every_other", "Float", [4, 3], [.. Enumerable.Range(0, 12).Select(i => all[i * 2])]);
        AssertTensor(file, "half", "Half", [4, 6], all);
        AssertTensor(file, "bfloat16", "BFloat16", [4, 6], all);
        AssertTensor(file, "counter", "Long", [], [41]);
        AssertTensor(file, "integers", "Long", [3], [1, -2, 3]);
        AssertTensor(file, "channels_last", "Float", [1, 2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (float)i)]);
        Assert.Equal(9, file.Entries.Count);
    }

    [Fact]
    public void A_checkpoint_gives_the_state_inside_it()
    {
        using var file = TensorFile.Open(PathOf("checkpoint"));
        Assert.IsType<PyTorchFile>(file);
        Assert.Equal(["0.weight", "0.bias"], file.Names);
        Assert.Equal(new Shape(3, 2), file.ShapeOf("0.weight"));
        Assert.Null(file.ShapeOf("1.weight"));
    }

    [Fact]
    public void The_old_format_is_refused_with_what_to_do()
    {
        var error = Assert.Throws<WeightsFormatException>(() => PyTorchFile.Open(PathOf("legacy")));
        Assert.Contains("torch.save(torch.load(", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_of_anything_but_tensors_is_refused_by_name_and_not_made()
    {
        var error = Assert.Throws<WeightsFormatException>(() => PyTorchFile.Open(PathOf("attack")));
        Assert.Contains("'posix.system'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("attacked"));
    }

    [Theory]
    [InlineData("cbuiltins\neval\n(X\x01\0\0\0" + "1tR.", "'builtins.eval'")]
    [InlineData("\x80\x04\x8c\x02os\x8c\x06system\x93.", "'os.system'")]
    [InlineData("i__main__\nThing\n.", "instruction 0x69")]
    [InlineData("P0\n.", "instruction 0x50")]
    [InlineData("}h\x05.", "one to number 5")]
    [InlineData("(((", "the end of the pickle")]
    [InlineData("t.", "none")]
    [InlineData("]q\0h\0a.", "another object")]
    [InlineData("}X\xff\xff\xff\x7f", "the end of the pickle")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.", "other arguments")]
    [InlineData("}NN s.", "instruction 0x20")]
    [InlineData("}NNs.", "None")]
    public void Pickles_that_are_no_state_are_refused(string pickle, string found)
    {
        var error = Assert.Throws<WeightsFormatException>(() => OpenPickle(Encoding.Latin1.GetBytes(pickle)));
        Assert.Contains(found, error.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("K\x01", "K\0", "(K\x05t", "(K\x01t")] // more than the storage
    [InlineData("K\x04", "K\x03", "(K\x02t", "(K\x01t")] // beyond its end
    [InlineData("K\x04", "K\0", "(J\xff\xff\xff\xfft", "(K\x01t")] // negative size
    [InlineData("K\x04", "K\0", "(J\xff\xff\xff\x7ft", "(K\0t")] // one element for ever
    [InlineData("K\x04", "J\xff\xff\xff\xff", "(K\x02t", "(K\x01t")] // negative offset
    [InlineData("K\x04", "K\0", "(K\x02t", "(K\x01K\x01t")] // strides of another rank
    public void Views_outside_of_their_storage_are_refused(string length, string offset, string sizes, string strides)
    {
        var pickle =
            $"}}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0"
            + $"0X\x03\0\0\0cpu{length}tQ{offset}{sizes}{strides}\x89}}tRs.";
        Assert.Throws<WeightsFormatException>(() => OpenPickle(Encoding.Latin1.GetBytes(pickle)));
    }

    private static void OpenPickle(byte[] pickle)
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create))
            using (var stream = archive.CreateEntry("a/data.pkl", CompressionLevel.NoCompression).Open())
                stream.Write(pickle);
            PyTorchFile.Open(path).Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertTensor(PyTorchFile file, string name, string elementType, int[] shape, float[] values)
    {
        var entry = file.Entries.Single(candidate => candidate.Name == name);
        Assert.Equal(elementType, entry.ElementType);
        Assert.Equal(new Shape(shape), entry.Shape);
        using var tensor = file.Read(name);
        Assert.Equal(new Shape(shape), tensor.Shape);
        Assert.Equal(values, tensor.Span.ToArray());
    }

    private static string PathOf(string name) => Path.Combine(Folder, $"{name}.pth");
}
