using System.Collections.Concurrent;
using Graft.Engines;
using Graft.Imaging;
using Graft.Imaging.Augmentation;
using Graft.Layers.Networks;
using Graft.Models.Downloads;
using Graft.Tensors;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Classification;

/// <summary>
/// A trained classifier, loaded from the one file that <c>graft train</c> writes. Thread-safe: any number of threads
/// may predict at once. Dispose it after the last prediction.
/// </summary>
/// <example>
/// <code>
/// using var classifier = Classifier.Load("model.onnx");
/// var prediction = classifier.Predict("photo.jpg");
/// Console.WriteLine($"{prediction.Label}: {prediction.Probability:P1}");
/// </code>
/// </example>
public sealed class Classifier : IDisposable
{
    /// <summary>The number of files that <see cref="PredictFiles"/> decodes ahead; bounds its memory.</summary>
    private const int FilesDecodedAhead = 8;

    private readonly ClassifierPlan _plan;
    private readonly WorkerPool _workers;
    private readonly ImageViews _views;
    private readonly ImageLimits _limits;
    private readonly ConcurrentBag<ClassifierRunner> _runners = [];

    private Classifier(ClassifierFile file, int threads, ImageLimits limits, IEngine engine, int testTimeViews)
    {
        _limits = limits;
        ClassNames = file.Metadata.ClassNames;
        Preprocessing = file.Metadata.Preprocessing;
        Provenance = file.Metadata.Provenance;
        _views = new ImageViews(Preprocessing, TestTimeViews.First(testTimeViews), limits);
        _plan = ClassifierPlan.Compile(file, engine);
        _workers = new WorkerPool(threads);
    }

    /// <summary>The names of the classes, in the order of the network's outputs.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The preprocessing that <c>Predict</c> applies to an image.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The origin of the classifier.</summary>
    public Provenance Provenance { get; }

    /// <summary>
    /// Whether predictions detect images of unknown classes. False for models that an older version wrote, for models
    /// with too few training images, and for networks that Graft did not build.
    /// </summary>
    public bool KnowsUnknown => _plan.Confidence?.Unknown is not null;

    /// <summary>Whether predictions have prediction sets: classes with a stated coverage.</summary>
    public bool HasPredictionSets => _plan.Confidence?.Sets is not null;

    /// <summary>Loads a classifier.</summary>
    /// <param name="path">A <c>model.onnx</c> that Graft wrote.</param>
    /// <param name="threads">The number of threads a prediction runs on; one for each processor when 0.</param>
    /// <param name="limits">Limits on the size of images; the defaults when null.</param>
    /// <param name="engine">What runs the network; Graft's own engine when null.</param>
    /// <param name="testTimeViews">
    /// The number of views of an image that a prediction averages: 1 is the image alone, 2 adds the flipped image, more
    /// add crops. At most <see cref="TestTimeViews.MaximumCount"/>.
    /// </param>
    /// <returns>A classifier that the caller disposes.</returns>
    /// <exception cref="Graft.Weights.WeightsFormatException">
    /// The file is no Graft classifier, or is damaged.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Classifier Load(
        string path,
        int threads = 0,
        ImageLimits? limits = null,
        IEngine? engine = null,
        int testTimeViews = 1
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(path, threads, limits, engine, testTimeViews, null);
    }

    /// <summary>
    /// Loads a classifier and verifies it with the golden images in its file. A passed check is recorded in the folder
    /// <c>verified</c> in Graft's home. It is not repeated for the same file, machine, version of Graft and numerics. A
    /// file without golden images is not checked. The file is parsed only once, and the check runs the plan that later
    /// predicts.
    /// </summary>
    /// <param name="home">Where the check is recorded. If it cannot be written to, every call checks again.</param>
    /// <param name="path">A <c>model.onnx</c> that Graft wrote.</param>
    /// <param name="threads">The number of threads a prediction runs on; one for each processor when 0.</param>
    /// <param name="limits">Limits on the size of images; the defaults when null.</param>
    /// <param name="engine">What runs the network; Graft's own engine when null.</param>
    /// <param name="testTimeViews">The number of views of an image, as for <see cref="Load"/>.</param>
    /// <returns>A classifier that the caller disposes.</returns>
    /// <exception cref="Graft.Weights.WeightsFormatException">
    /// The file is no Graft classifier, is damaged, or does not pass the check.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Classifier LoadVerified(
        GraftHome home,
        string path,
        int threads = 0,
        ImageLimits? limits = null,
        IEngine? engine = null,
        int testTimeViews = 1
    )
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentException.ThrowIfNullOrEmpty(path);
        engine ??= GraftEngine.Default;
        return Open(path, threads, limits, engine, testTimeViews, VerificationRecord.For(home, path, engine.Numerics));
    }

    /// <summary>
    /// Writes a network that Graft did not build to a single file that <see cref="Load"/>, the command line and ONNX
    /// Runtime can read.
    /// </summary>
    /// <param name="path">The path of the file; written atomically.</param>
    /// <param name="network">
    /// The network, from RGB pixels of 0 to 255 to logits, log-probabilities or probabilities; it includes the
    /// preprocessing. A softmax is added to the file unless the network ends with one. The caller keeps ownership, and
    /// must not use the network during the call.
    /// </param>
    /// <param name="classNames">The names of the classes, in the order of the network's outputs.</param>
    /// <param name="preprocessing">The size of images, and how they are resized.</param>
    /// <param name="layers">
    /// What writes layers that Graft does not know, in terms of ONNX operators that it reads; none when null.
    /// </param>
    /// <exception cref="ArgumentException">The names or the preprocessing do not fit the network.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        string path,
        Network network,
        IReadOnlyList<string> classNames,
        Preprocessing preprocessing,
        IReadOnlyDictionary<Type, Action<OnnxLayerGraph>>? layers = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (network.OutputShape != new Shape(classNames.Count))
            throw new ArgumentException(
                $"Saving the classifier: there are {classNames.Count} class names, but the output of the "
                    + $"network has shape {network.OutputShape}.",
                nameof(classNames)
            );
        if (network.InputShape != new Shape(preprocessing.Height, preprocessing.Width, 3))
            throw new ArgumentException(
                $"Saving the classifier: the preprocessing gives images of {preprocessing.Height} x "
                    + $"{preprocessing.Width} x 3, but the network takes {network.InputShape}.",
                nameof(preprocessing)
            );
        ClassifierFile.Write(path, network, classNames, preprocessing, layers);
    }

    /// <summary>Classifies an image in a file: JPEG, PNG, WebP, GIF or TIFF.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ImageException">The image cannot be read.</exception>
    public Prediction Predict(string path) =>
        Predict(path, pixels => _views.Load(ImageDecoder.ReadFile(path, _limits), path, pixels));

    /// <summary>Classifies an image in a stream: JPEG, PNG, WebP, GIF or TIFF.</summary>
    /// <param name="stream">The stream; read to its end or to the size limit, and not closed.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <exception cref="ImageException">The image cannot be read.</exception>
    public Prediction Predict(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        var content = ReadAll(stream, name);
        return Predict(name, pixels => _views.Load(content, name, pixels));
    }

    /// <summary>Classifies an image in memory.</summary>
    /// <param name="image">The image, of any size.</param>
    public Prediction Predict(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Predict("image", pixels => _views.Load(image, pixels));
    }

    /// <summary>Classifies images that already have the network's input size, without test-time views.</summary>
    /// <param name="pixels">
    /// <c>[n, height, width, 3]</c> with the size of <see cref="Preprocessing"/>; RGB, 0 to 255.
    /// </param>
    /// <returns>n predictions.</returns>
    /// <exception cref="ArgumentException">The shape does not match.</exception>
    /// <exception cref="ArithmeticException">
    /// A probability is not finite, because of the pixels or because of the model's weights.
    /// </exception>
    public IReadOnlyList<Prediction> Predict(Tensor pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Shape.Rank != 4 || !pixels.Shape.Dimensions[1..].SequenceEqual(_plan.InputShape.Dimensions))
            throw new ArgumentException(
                $"The classifier takes pixels of shape [n, {Preprocessing.Height}, {Preprocessing.Width}, 3], but "
                    + $"got {pixels.Shape}.",
                nameof(pixels)
            );
        var predictions = new Prediction[pixels.Shape[0]];
        using var one = Tensor.Uninitialized(pixels.Shape.WithBatch(1));
        for (var i = 0; i < predictions.Length; i++)
        {
            pixels.Rows(i).CopyTo(one.Span);
            predictions[i] = Run(one);
        }

        return predictions;
    }

    /// <summary>Classifies image files. Decodes the next files while the network computes.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="cancellationToken">Cancels the work between files.</param>
    /// <returns>One result for each file, in order, each as soon as it is computed.</returns>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public IEnumerable<FilePrediction> PredictFiles(
        IEnumerable<string> paths,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        var ahead = new Queue<Task<(string Path, Tensor? Pixels, ImageException? Error)>>();
        try
        {
            foreach (var path in paths)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ahead.Enqueue(Task.Run(() => Decode(path), CancellationToken.None));
                if (ahead.Count > FilesDecodedAhead)
                    yield return Finish(ahead.Dequeue());
            }

            while (ahead.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Finish(ahead.Dequeue());
            }
        }
        finally
        {
            foreach (var task in ahead)
                task.ContinueWith(
                    decoded => decoded.Result.Pixels?.Dispose(),
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnRanToCompletion,
                    TaskScheduler.Default
                );
        }
    }

    /// <summary>Frees the weights and stops the threads.</summary>
    public void Dispose()
    {
        while (_runners.TryTake(out var runner))
            runner.Dispose();
        _plan.Dispose();
        _workers.Dispose();
    }

    private static Classifier Open(
        string path,
        int threads,
        ImageLimits? limits,
        IEngine? engine,
        int testTimeViews,
        VerificationRecord? verification
    )
    {
        Classifier classifier;
        using (var file = ClassifierFile.Read(path))
        {
            classifier = new Classifier(file, threads, limits ?? new(), engine ?? GraftEngine.Default, testTimeViews);
            try
            {
                verification?.Require(path, file.Metadata.Golden, classifier.PredictGoldenImages);
            }
            catch
            {
                classifier.Dispose();
                throw;
            }
        }

        // The plan has its own copy of the weights. A long-lived classifier should not keep the file's in memory too.
        TensorMemory.Shared.Trim();
        return classifier;
    }

    private IReadOnlyList<float[]> PredictGoldenImages()
    {
        using var runner = _plan.CreateRunner(1, _workers);
        return GoldenImages.Run(_plan.InputShape, image => runner.Run(image, out _));
    }

    private Prediction Predict(string name, PixelSource load)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        using var pixels = Views();
        load(pixels.Span);
        return Run(pixels);
    }

    private (string Path, Tensor? Pixels, ImageException? Error) Decode(string path)
    {
        var pixels = Views();
        try
        {
            _views.Load(ImageDecoder.ReadFile(path, _limits), path, pixels.Span);
            return (path, pixels, null);
        }
        catch (ImageException error)
        {
            pixels.Dispose();
            return (path, null, error);
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    private FilePrediction Finish(Task<(string Path, Tensor? Pixels, ImageException? Error)> decoded)
    {
        var (path, pixels, error) = decoded.GetAwaiter().GetResult();
        using (pixels)
            return new(path, pixels is null ? null : Run(pixels), error);
    }

    /// <summary>Allocates the pixels of all views of one image.</summary>
    private Tensor Views() =>
        Tensor.Uninitialized(new Shape(_views.Count, Preprocessing.Height, Preprocessing.Width, 3));

    /// <summary>Predicts one image as the mean over its views.</summary>
    private Prediction Run(Tensor pixels)
    {
        if (!_runners.TryTake(out var runner))
            runner = _plan.CreateRunner(_views.Count, _workers);
        try
        {
            using var probabilities = runner.Run(pixels, out var features);
            // Pixels that are NaN or far outside 0 to 255 can cause this. Ranking such probabilities is meaningless.
            foreach (var probability in probabilities.Span)
            {
                if (!float.IsFinite(probability))
                    throw new ArithmeticException(
                        $"The classifier computed a probability of {probability}; a finite number was expected. Check "
                            + $"that the pixels are numbers from 0 to 255, or train the model again."
                    );
            }

            return new Prediction(ClassNames, Mean(probabilities), _plan.Confidence, features);
        }
        finally
        {
            _runners.Add(runner);
        }
    }

    private static float[] Mean(Tensor probabilities)
    {
        var (views, classes) = (probabilities.Shape[0], probabilities.Shape[1]);
        var mean = new float[classes];
        for (var i = 0; i < classes; i++)
        {
            var sum = 0.0;
            for (var view = 0; view < views; view++)
                sum += probabilities.Rows(view)[i];
            mean[i] = (float)(sum / views);
        }

        return mean;
    }

    private byte[] ReadAll(Stream stream, string name)
    {
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer) is var count and > 0)
        {
            content.Write(buffer, 0, count);
            if (content.Length > _limits.MaximumFileBytes)
                throw new ImageException(
                    "read",
                    name,
                    "file too large",
                    $"at most {_limits.MaximumFileBytes:N0} bytes",
                    "more",
                    "Use a smaller image, or allow larger files."
                );
        }

        return content.ToArray();
    }

    private delegate void PixelSource(Span<float> pixels);
}
