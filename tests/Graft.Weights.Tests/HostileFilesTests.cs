using System.IO.Compression;
using Graft.Weights.Onnx;
using Graft.Weights.PyTorch;
using Graft.Weights.Safetensors;
using Graft.Weights.Tests.Onnx;
using Graft.Weights.TfJs;

namespace Graft.Weights.Tests;

/// <summary>
/// Files damaged at random are read, or refused with a clear error; nothing else happens. A round of another length is
/// run with the environment variable GRAFT_HOSTILE_FILES, the number of files for each format.
/// </summary>
public sealed class HostileFilesTests : IDisposable
{
    private const int QuickRound = 400;
    private const long AllocationLimit = 64L << 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("graft-hostile-").FullName;

    private static int Round =>
        int.TryParse(Environment.GetEnvironmentVariable("GRAFT_HOSTILE_FILES"), out var count) ? count : QuickRound;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Safetensors()
    {
        var whole = File.ReadAllBytes(Sample("Safetensors", "mixed.safetensors"));
        Attack(random =>
            ReadTensors(() => SafetensorsFile.Open(Write("a.safetensors", FileMutation.Of(whole, random))))
        );
    }

    [Fact]
    public void Onnx()
    {
        var names = Directory
            .GetFiles(Sample("Onnx", "torch"), "*.onnx")
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .Append(OnnxDamageTests.Sample())
            .ToArray();
        Attack(random =>
            OnnxModel.Read(Write("a.onnx", FileMutation.Of(names[random.Next(names.Length)], random))).Dispose()
        );
    }

    [Fact]
    public void PyTorch()
    {
        var whole = File.ReadAllBytes(Sample("PyTorch", "state.pth"));
        Attack(random =>
        {
            // Half of the time the pickle inside is damaged and the archive around it is whole.
            var bytes = random.Next(2) == 0 ? FileMutation.Of(whole, random) : WithDamagedPickle(whole, random);
            ReadTensors(() => PyTorchFile.Open(Write("a.pth", bytes)));
        });
    }

    [Fact]
    public void TensorFlowJs()
    {
        var folder = Sample("TfJs", "uint8");
        var model = File.ReadAllBytes(Path.Combine(folder, "model.json"));
        var shards = Directory
            .GetFiles(folder, "*.bin")
            .ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
        foreach (var (name, bytes) in shards)
            Write(name, bytes);
        Attack(random =>
        {
            var (name, bytes) = shards.ElementAt(random.Next(shards.Count));
            var damagesShard = random.Next(8) == 0;
            if (damagesShard)
                Write(name, FileMutation.Of(bytes, random));
            try
            {
                TfJsNetwork.Read(TfJsModel.Open(Write("model.json", FileMutation.Of(model, random)))).Dispose();
            }
            finally
            {
                if (damagesShard)
                    Write(name, bytes);
            }
        });

        // A text that is no valid Unicode, found by a long round.
        var text = File.ReadAllText(Path.Combine(folder, "model.json"));
        foreach (var broken in (string[])["\\ud800", "\u00df"])
        {
            File.WriteAllText(
                Path.Combine(_folder, "model.json"),
                text.Replace("channels_last", $"channels{broken}", StringComparison.Ordinal),
                System.Text.Encoding.Latin1
            );
            Assert.Throws<WeightsFormatException>(() =>
                TfJsNetwork.Read(TfJsModel.Open(Path.Combine(_folder, "model.json")))
            );
        }
    }

    private static void ReadTensors(Func<ITensorFile> open)
    {
        using var file = open();
        foreach (var name in file.Names)
            file.Read(name).Dispose();
    }

    private static byte[] WithDamagedPickle(byte[] whole, Random random)
    {
        using var stream = new MemoryStream();
        stream.Write(whole);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = archive.Entries.Single(entry => entry.Name == "data.pkl");
            using var content = entry.Open();
            var bytes = new byte[content.Length];
            content.ReadExactly(bytes);
            content.SetLength(0);
            content.Write(FileMutation.Of(bytes, random));
        }

        return stream.ToArray();
    }

    private static void Attack(Action<Random> read)
    {
        var refused = 0;
        for (var seed = 0; seed < Round; seed++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(new Random(seed));
            }
            catch (WeightsFormatException error)
            {
                Assert.NotEmpty(error.Remedy);
                refused++;
            }
            catch (Exception error)
            {
                Assert.Fail($"Seed {seed}: {error}");
            }

            Assert.True(
                GC.GetAllocatedBytesForCurrentThread() - before < AllocationLimit,
                $"Seed {seed} took {GC.GetAllocatedBytesForCurrentThread() - before:N0} bytes."
            );
        }

        Assert.InRange(refused, Round / 10, Round);
        Assert.False(File.Exists("attacked"));
    }

    private static string Sample(string format, string name) =>
        Path.Combine(AppContext.BaseDirectory, format, "Samples", name);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
