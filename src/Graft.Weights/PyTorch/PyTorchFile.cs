using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Graft.Tensors;

namespace Graft.Weights.PyTorch;

/// <summary>
/// An open PyTorch state file (<c>.pth</c>, <c>.pt</c>, <c>.bin</c>), as <c>torch.save(model.state_dict(), ...)</c> has
/// written it since PyTorch 1.6: a zip archive with a pickle and one entry for each storage. Nothing in the file is
/// executed; see <see cref="PickleReader"/>. Each tensor is read on demand. Thread-safe, except for
/// <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// The tensors are the entries of the saved dictionary. When it has none, as in checkpoints, they are the entries of
/// the dictionary under its key <c>state_dict</c>, <c>model</c> or <c>model_state_dict</c>. Entries that are not
/// tensors are skipped.
/// </remarks>
public sealed class PyTorchFile : ITensorFile
{
    private const string Operation = "Reading the PyTorch state file";
    private const string Remedy = "The file is damaged or is not a state file; get a fresh copy.";
    private const long MaximumPickle = 64L << 20;
    private const int MaximumEntries = 1_000_000;
    private const int BufferSize = 1 << 18;
    private static readonly string[] Nested = ["state_dict", "model", "model_state_dict"];

    private readonly Lock _reading = new();
    private readonly ZipArchive _archive;
    private readonly string _root;
    private readonly OrderedDictionary<string, PickleTensor> _tensors;
    private bool _isDisposed;

    private PyTorchFile(string path, ZipArchive archive)
    {
        Path = path;
        _archive = archive;
        (_root, _tensors) = ReadTensors();
        Entries =
        [
            .. _tensors.Select(static pair => new PyTorchEntry(pair.Key, ElementTypeOf(pair.Value), pair.Value.Shape)),
        ];
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>Every tensor, in the order of the dictionary.</summary>
    public IReadOnlyList<PyTorchEntry> Entries { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Names => _tensors.Keys;

    /// <summary>Whether a file starts with the signature of a PyTorch file, in the current or the old format.</summary>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static bool Recognizes(string path)
    {
        using var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete,
            bufferSize: 0
        );
        return Beginning(stream) is not FileKind.Other;
    }

    /// <summary>Opens a file and reads the list of its tensors.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The open file, which the caller disposes.</returns>
    /// <exception cref="WeightsFormatException">
    /// The file is damaged, has the format of PyTorch before 1.6, or refers to anything except tensors and containers;
    /// the message says which.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission to read the file is denied.</exception>
    public static PyTorchFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read | FileShare.Delete,
            bufferSize: 0
        );
        try
        {
            var kind = Beginning(stream);
            if (kind == FileKind.Legacy)
                throw new WeightsFormatException(
                    Operation,
                    path,
                    "a zip archive, as PyTorch 1.6 and later write it",
                    "the format of earlier versions",
                    "Load it in PyTorch and save it again: torch.save(torch.load(FILE, map_location='cpu'), FILE)."
                );
            if (kind == FileKind.Other)
                throw new WeightsFormatException(Operation, path, "a zip archive", "something else", Remedy);
            return Guarded(path, () => new PyTorchFile(path, new ZipArchive(stream, ZipArchiveMode.Read)));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor.Shape : null;

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_tensors.TryGetValue(name, out var view))
            throw Error(
                $"a tensor named '{name}'",
                $"none among the {_tensors.Count} in the file",
                "Check that the file belongs to the model."
            );
        lock (_reading)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return Guarded(Path, () => Read(name, view));
        }
    }

    /// <summary>Closes the file. Calling it again does nothing.</summary>
    public void Dispose()
    {
        lock (_reading)
        {
            _isDisposed = true;
            _archive.Dispose();
        }
    }

    private static FileKind Beginning(FileStream stream)
    {
        Span<byte> start = stackalloc byte[4];
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (start[..length] is [(byte)'P', (byte)'K', 3, 4])
            return FileKind.Zip;
        return start[..length] is [0x80, 2, 0x8a, 0x0a] ? FileKind.Legacy : FileKind.Other;
    }

    private static string ElementTypeOf(PickleTensor tensor) =>
        tensor.Storage.ElementType["torch.".Length..^"Storage".Length];

    /// <summary>Converts errors of the zip reader to a <see cref="WeightsFormatException"/>.</summary>
    private static T Guarded<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception)
            when (exception
                    is InvalidDataException
                        or ArgumentException
                        or NotSupportedException
                        or EndOfStreamException
                || exception.GetType() == typeof(IOException)
            )
        {
            throw new WeightsFormatException(
                Operation,
                path,
                "a zip archive that can be read",
                $"an error in it: {exception.Message.TrimEnd('.')}",
                Remedy,
                exception
            );
        }
    }

    private (string Root, OrderedDictionary<string, PickleTensor> Tensors) ReadTensors()
    {
        if (_archive.Entries.Count > MaximumEntries)
            throw Error($"at most {MaximumEntries:N0} entries", $"{_archive.Entries.Count:N0}", Remedy);
        var pickle = _archive.Entries.FirstOrDefault(static entry => entry.FullName.Split('/') is [_, "data.pkl"])
            ?? throw Error(
                "an entry NAME/data.pkl",
                "none",
                "Save the state with torch.save(model.state_dict(), ...)."
            );
        if (pickle.Length > MaximumPickle)
            throw Error($"at most {MaximumPickle:N0} bytes in '{pickle.FullName}'", $"{pickle.Length:N0}", Remedy);
        var root = pickle.FullName[..^"data.pkl".Length];
        if (
            _archive.GetEntry(root + "byteorder") is { Length: < 16 } order
            && System.Text.Encoding.ASCII.GetString(Bytes(order)) == "big"
        )
            throw Error("little-endian elements", "big-endian ones", "Save the state on a little-endian machine.");
        if (new PickleReader(Path, Bytes(pickle)).Read() is not PickleDictionary dictionary)
            throw Error(
                "a dictionary of tensors",
                "another object",
                "Save the state with torch.save(model.state_dict(), ...)."
            );
        var tensors = new OrderedDictionary<string, PickleTensor>(StringComparer.Ordinal);
        foreach (var (key, value) in StateOf(dictionary))
        {
            if (key is string name && value is PickleTensor tensor)
                tensors[name] = tensor;
        }

        return tensors.Count > 0
            ? (root, tensors)
            : throw Error(
                "a dictionary of tensors, or one under the key state_dict or model",
                $"the keys {string.Join(", ", dictionary.Keys.Take(8))}",
                "Save the state with torch.save(model.state_dict(), ...)."
            );
    }

    private static PickleDictionary StateOf(PickleDictionary dictionary)
    {
        if (!dictionary.Values.Any(static value => value is PickleTensor))
        {
            foreach (var key in Nested)
            {
                if (dictionary.TryGetValue(key, out var nested) && nested is PickleDictionary inner)
                    return inner;
            }
        }

        return dictionary;
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    private Tensor Read(string name, PickleTensor view)
    {
        var (size, conversion) = PickleCalls.Storages[view.Storage.ElementType];
        var entryName = $"{_root}data/{view.Storage.Key}";
        var entry = _archive.GetEntry(entryName)
            ?? throw Error($"the elements of tensor '{name}' in the entry '{entryName}'", "no such entry", Remedy);
        if (entry.Length != (Int128)view.Storage.Length * size)
            throw Error(
                $"{view.Storage.Length:N0} elements of {size} bytes in the entry '{entryName}'",
                $"{entry.Length:N0} bytes",
                Remedy
            );
        using var stream = entry.Open();
        Skip(stream, view.Offset * size);
        var tensor = Tensor.Uninitialized(view.Shape);
        try
        {
            if (IsRowMajor(view))
            {
                Fill(stream, tensor.Span, name, view, size, conversion);
                return tensor;
            }

            using var covered = Tensor.Uninitialized(new Shape(Covered(view)));
            Fill(stream, covered.Span, name, view, size, conversion);
            Gather(covered.Span, tensor.Span, view);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static bool IsRowMajor(PickleTensor view)
    {
        var step = 1L;
        for (var i = view.Strides.Length - 1; i >= 0; i--)
        {
            if (view.Shape[i] != 1 && view.Strides[i] != step)
                return view.Shape.ElementCount == 0;
            step *= view.Shape[i];
        }

        return true;
    }

    /// <summary>The number of elements in the storage from the view's first element to its last.</summary>
    private int Covered(PickleTensor view)
    {
        var last = 0L;
        for (var i = 0; i < view.Strides.Length; i++)
            last += (view.Shape[i] - 1) * view.Strides[i];
        return last < int.MaxValue
            ? (int)last + 1
            : throw Error($"views of at most {int.MaxValue:N0} elements", $"{last:N0}", "Save contiguous tensors.");
    }

    private static void Gather(ReadOnlySpan<float> from, Span<float> to, PickleTensor view)
    {
        var index = new int[view.Strides.Length];
        var place = 0L;
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = from[(int)place];
            for (var dimension = index.Length - 1; dimension >= 0; dimension--)
            {
                place += view.Strides[dimension];
                if (++index[dimension] < view.Shape[dimension])
                    break;
                place -= view.Strides[dimension] * view.Shape[dimension];
                index[dimension] = 0;
            }
        }
    }

    private static void Skip(Stream stream, long count)
    {
        if (count == 0)
            return;
        if (stream.CanSeek)
        {
            stream.Position = count;
            return;
        }

        var buffer = new byte[Math.Min(count, BufferSize)];
        for (var left = count; left > 0; left -= Math.Min(left, buffer.Length))
            stream.ReadExactly(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
    }

    private void Fill(
        Stream stream,
        Span<float> destination,
        string name,
        PickleTensor view,
        int size,
        LittleEndianElements.Conversion conversion
    )
    {
        if (view.Storage.ElementType == "torch.FloatStorage" && BitConverter.IsLittleEndian)
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(destination));
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var done = 0; done < destination.Length; )
            {
                var count = Math.Min(buffer.Length / size, destination.Length - done);
                stream.ReadExactly(buffer.AsSpan(0, count * size));
                var lost = conversion(buffer, destination.Slice(done, count));
                if (lost >= 0)
                    throw Error(
                        $"numbers in tensor '{name}' that a 32-bit float can hold",
                        $"{ElementTypeOf(view)} element {done + lost:N0}, which does not fit",
                        "Save the state with float32 elements."
                    );
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private WeightsFormatException Error(string expected, string found, string remedy) =>
        new(Operation, Path, expected, found, remedy);

    private enum FileKind
    {
        Other,
        Zip,
        Legacy,
    }
}
