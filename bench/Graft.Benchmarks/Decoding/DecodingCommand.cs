using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Graft.Imaging;

namespace Graft.Benchmarks.Decoding;

/// <summary>
/// Decodes and resizes all images below a folder for a network, from bytes in memory, and tells how fast. First it
/// hashes all pixels, so that two versions of Graft can be compared: the same hash means the same pixels.
/// </summary>
internal static class DecodingCommand
{
    private const string Usage = "Usage: Graft.Benchmarks decoding FOLDER [THREADS [PASSES [MEGAPIXELS]]]";
    private const int NetworkSize = 224;
    private const int EnlargedImages = 8;

    public static int Run(string[] arguments)
    {
        var numbers = new[] { 1, 5, 0 };
        for (var i = 1; i < arguments.Length && i <= numbers.Length; i++)
        {
            if (!int.TryParse(arguments[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i - 1]))
                arguments = [];
        }

        var (threads, passes, megapixels) = (numbers[0], numbers[1], numbers[2]);
        if (arguments.Length is < 1 or > 4 || threads < 1 || passes < 1)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var files = Directory.GetFiles(arguments[0], "*.*", SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        var images = Array.FindAll(Array.ConvertAll(files, File.ReadAllBytes), CanBeDecoded);
        if (megapixels > 0)
            images = Array.ConvertAll(images[..Math.Min(EnlargedImages, images.Length)], file =>
                Enlarge(file, megapixels)
            );
        Console.WriteLine(
            $"{images.Length} images, {images.Sum(file => (long)file.Length)} bytes, pixels {Hash(images)}"
        );

        var rates = Enumerable.Range(0, passes).Select(_ => Pass(images, threads)).ToArray();
        Array.Sort(rates);
        var median = rates[rates.Length / 2];
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{threads} threads: median {median.Rate:F1} images/s ({rates[0].Rate:F1} to {rates[^1].Rate:F1}), "
                    + $"{rates.Min(rate => rate.Processor):F3} ms of processor time an image in the best of {passes} passes"
            )
        );
        return 0;
    }

    private static bool CanBeDecoded(byte[] file)
    {
        try
        {
            new ImageDecoder().Decode(file, "image").Dispose();
            return true;
        }
        catch (ImageException)
        {
            return false;
        }
    }

    /// <summary>An image of four to three with the content of another, as a JPEG.</summary>
    private static byte[] Enlarge(byte[] file, int megapixels)
    {
        var unit = Math.Sqrt(megapixels * 1e6 / 12);
        using var image = new ImageDecoder().Decode(file, "image");
        using var large = ImageResizer.Resize(image, (int)(4 * unit), (int)(3 * unit));
        return ImageEncoder.Encode(large, ImageFormat.Jpeg);
    }

    /// <summary>SHA-256 of all pixels at full size and of all inputs of the network.</summary>
    private static string Hash(byte[][] images)
    {
        var (decoder, loader) = (new ImageDecoder(), new ImageLoader(Preprocessing.Torchvision(NetworkSize)));
        var input = new byte[loader.ValueCount];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in images)
        {
            using var full = decoder.Decode(file, "image");
            hash.AppendData(full.Pixels);
            using var decoded = loader.Decode(file, "image").Pixels;
            loader.Resize(decoded, input);
            hash.AppendData(input);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static (double Rate, double Processor) Pass(byte[][] images, int threads)
    {
        var loader = new ImageLoader(Preprocessing.Torchvision(NetworkSize));
        var next = -1;
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work)).ToArray();
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return (images.Length / seconds, (process.TotalProcessorTime - before).TotalMilliseconds / images.Length);

        void Work()
        {
            var input = new float[loader.ValueCount];
            for (var i = Interlocked.Increment(ref next); i < images.Length; i = Interlocked.Increment(ref next))
                loader.Load(images[i], "image", input);
        }
    }
}
