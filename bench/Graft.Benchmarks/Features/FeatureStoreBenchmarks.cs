using BenchmarkDotNet.Attributes;
using Graft.Data.Hashing;
using Graft.Features.Storage;
using Graft.Tensors;

namespace Graft.Benchmarks.Features;

/// <summary>Reading what a training of 10,000 images with ResNet-50 asks of the store.</summary>
[MemoryDiagnoser]
public class FeatureStoreBenchmarks
{
    private const int Count = 10_000;

    private const int Length = 2048;

    private readonly string _folder = Directory.CreateTempSubdirectory("graft-store").FullName;
    private readonly float[] _read = new float[Count * Length];
    private readonly bool[] _found = new bool[Count];
    private ContentHash[] _hashes = [];
    private FeatureStore? _store;
    private FeatureTable? _table;

    [GlobalSetup]
    public void Fill()
    {
        var random = new DeterministicRandom(1);
        var features = new (ContentHash Hash, ReadOnlyMemory<float> Values)[Count];
        for (var i = 0; i < Count; i++)
        {
            var values = new float[Length];
            foreach (ref var value in values.AsSpan())
                value = Math.Max(0, (random.NextSingle() * 4) - 1);
            features[i] = (ContentHash.Compute(BitConverter.GetBytes(i)), values);
        }

        _hashes = [.. features.Select(item => item.Hash)];
        _store = FeatureStore.Open(Path.Combine(_folder, "features.db"));
        _table = _store.Space(
            new()
            {
                Decoder = "none",
                Preprocessing = "none",
                Weights = "none",
                Node = "none",
                Numerics = "none",
                Shape = new(Length),
            }
        );
        foreach (var batch in features.Chunk(64))
            _table.WriteBatch(batch);
    }

    [GlobalCleanup]
    public void Remove()
    {
        _store?.Dispose();
        Directory.Delete(_folder, true);
    }

    [Benchmark]
    public int Read() => _table!.ReadMany(_hashes, _read, _found);
}
