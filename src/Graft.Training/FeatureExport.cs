using System.Diagnostics;
using Graft.Data;
using Graft.Features;
using Graft.Features.Backbones;
using Graft.Features.Storage;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Training.Runs;
using Graft.Weights.Csv;
using Graft.Weights.Npy;
using Graft.Weights.Safetensors;

namespace Graft.Training;

/// <summary>Writes the features of a folder of images to a file that other programs read.</summary>
public static class FeatureExport
{
    /// <summary>The number of rows held in memory at a time while the file is written.</summary>
    private const int RowsAtATime = 256;

    /// <summary>
    /// The limit, in bytes, up to which features are held in memory. Larger sets are read from the store while they
    /// are written, so that memory does not grow with the number of images.
    /// </summary>
    private const long BytesInMemory = 32 << 20;

    /// <summary>
    /// Extracts the features of all images of a folder, in ordinal order of their relative paths. Writes them as
    /// float32 <c>[images, channels]</c>, <c>[images, height, width, channels]</c> for spatial features or
    /// <c>[images, tokens, channels]</c> for tokens, and the list of images as <c>OUTPUT.files.csv</c>.
    /// </summary>
    /// <param name="home">Where weights and features are stored.</param>
    /// <param name="workers">The threads to run on.</param>
    /// <param name="request">The images, the trunk and the output.</param>
    /// <param name="progress">Receives progress reports; called from any thread, but never concurrently.</param>
    /// <param name="cancellationToken">Cancels the work; computed features stay in the store.</param>
    /// <exception cref="ArgumentException">The output is neither .npy nor .safetensors.</exception>
    /// <exception cref="DatasetException">There are no images, or none can be read.</exception>
    /// <exception cref="IOException">Weights cannot be downloaded, or the output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static FeatureExportReport Run(
        GraftHome home,
        WorkerPool workers,
        FeatureExportRequest request,
        IProgress<RunProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(request);
        var clock = Stopwatch.StartNew();
        var asTensors = IsSafetensors(request.Output);
        progress?.Report(new(RunPhase.Scan));
        var files = ImageFolder.List(request.Data);
        progress?.Report(new(RunPhase.Backbone));
        var kind = request.Spatial ? FeatureKind.Spatial : FeatureKind.AsNamed;
        using var backbone = RunBackbone.Load(
            home,
            request.Backbone,
            kind,
            request.Engine,
            onlyRuns: true,
            progress,
            cancellationToken
        );
        RunBackbone.TellAssumed(backbone, progress);
        using var store = RunFeatures.OpenStore(home, progress);
        var options = new FeatureExtractorOptions
        {
            Limits = request.Limits,
            Precision = request.Precision,
            FailOnBadImage = request.FailOnBadImage,
            MaximumBytesInMemory = BytesInMemory,
        };
        using var features = RunFeatures.Extract(
            new FeatureExtractor(backbone, store, workers, options),
            files,
            progress,
            cancellationToken
        );
        if (features.Count == 0)
            throw new DatasetException(
                $"Extracting features: none of the {files.Count} files in '{request.Data}' is an image that can be "
                    + $"read; the first is '{files[0].Path}' ({features.Extraction.Bad[0].Reason})."
            );

        int[] shape = [features.Count, .. features.Shape.Dimensions];
        if (asTensors)
        {
            using var all = features.Read(0, features.Count);
            SafetensorsWriter.Write(
                request.Output,
                [("features", all)],
                new Dictionary<string, string> { ["backbone"] = backbone.Name, ["node"] = backbone.Node }
            );
        }
        else
        {
            NpyWriter.Write(request.Output, shape, Rows(features));
        }

        var list = request.Output + ".files.csv";
        CsvFile.Write(
            list,
            ["row", "path"],
            features.Extraction.Good.Select(
                IReadOnlyList<string> (image, row) =>
                    [row.ToString(System.Globalization.CultureInfo.InvariantCulture), files[image].Name]
            )
        );
        return new FeatureExportReport
        {
            Images = features.Count,
            BadImages = features.Extraction.Bad,
            FeaturesComputed = features.Extraction.Computed,
            FeaturesReused = features.Extraction.Reused,
            Seconds = clock.Elapsed.TotalSeconds,
            DecodeSeconds = features.Extraction.DecodeSeconds,
            NetworkSeconds = features.Extraction.NetworkSeconds,
            Shape = shape,
            Output = Path.GetFullPath(request.Output),
            FilesList = Path.GetFullPath(list),
            Backbone = BackboneUse.From(backbone),
            BytesPerImage = features.Shape.ElementCount * (request.Precision == FeaturePrecision.Float16 ? 2 : 4),
            StoreBytes = store.SizeBytes,
        };
    }

    private static IEnumerable<ReadOnlyMemory<float>> Rows(FeatureSet features)
    {
        for (var first = 0; first < features.Count; first += RowsAtATime)
        {
            using var rows = features.Read(first, Math.Min(RowsAtATime, features.Count - first));
            yield return rows.Span.ToArray();
        }
    }

    private static bool IsSafetensors(string output) =>
        Path.GetExtension(output).ToLowerInvariant() switch
        {
            ".npy" => false,
            ".safetensors" => true,
            var other => throw new ArgumentException(
                $"Features can be written as '.npy' or '.safetensors', not as '{other}': '{output}'.",
                nameof(output)
            ),
        };
}
