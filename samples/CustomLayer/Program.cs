// Trains a classifier with a layer that Graft does not have: squeeze-and-excitation, in SqueezeExcitation.cs. Saves and
// loads it in Graft's format, exports it to ONNX, and predicts with the exported file.
//   dotnet run -c Release --project samples/CustomLayer -- PHOTOS [EPOCHS]
// PHOTOS has one folder of photos per class, or train/ and validation/ with such folders.
using Graft.Classification;
using Graft.Data;
using Graft.Features.Backbones;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Layers.Pooling;
using Graft.Learning.Batches;
using Graft.Models;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Weights.Json;
using Graft.Weights.Onnx.Graphs;

var photos = ImageDataset.Scan(args.Length > 0 ? args[0] : "../shared/data/alien-vs-predator");
var epochs = args.Length > 1 ? int.Parse(args[1]) : 3;
var classes = photos.ClassNames.Count;
using var workers = new WorkerPool();

// 1. A frozen trunk that ends in a feature map, and a head with the layer of our own.
using var backbone = Backbone.Load(new ModelStore(GraftHome.Locate()), "resnet50", imageSize: 139, spatial: true);
var preprocessing = backbone.Preprocessing;
var channels = backbone.FeatureShape[^1];
using var head = new Network(backbone.FeatureShape);
head.Add("se", new SqueezeExcitation(channels, reduced: 16));
head.Add("pool", new GlobalAveragePooling2D());
head.Add("logits", new Dense(channels, classes));
Initializers.HeUniform(head, new DeterministicRandom(seed: 1));
using var model = backbone.TakeNetwork();
model.Freeze();
model.Append(head);

// 2. Train.
var batches = new AugmentedImages(photos.Training, classes, preprocessing, new() { BatchSize = 16 });
using (var network = new TrainableNetwork(model, workers, maximumBatch: 16))
using (var optimizer = new Adam(model.Parameters, learningRate: 1e-3))
{
    for (var epoch = 1; epoch <= epochs; epoch++)
    {
        var loss = 0.0;
        foreach (var batch in batches.Epoch(epoch, firstBatch: 0, CancellationToken.None))
        {
            using var _ = batch;
            using var pass = network.Forward(batch.Inputs, new() { Workers = workers, Training = true });
            var batchLoss = CrossEntropyLoss.Compute(pass, batch.Labels);
            optimizer.ZeroGradients();
            batchLoss.Backward();
            optimizer.Step();
            loss += batchLoss.Value * batch.Count;
        }

        Console.WriteLine($"Epoch {epoch}/{epochs}: loss {loss / batches.Count:0.0000}");
    }
}

// 3. Save and load in Graft's format; the registration names the layer.
LayerFormat[] layers = [SqueezeExcitation.Format];
NetworkJson.Write("custom.json", model, layers);
NetworkWeights.Save(model, "custom.safetensors");
using var loaded = NetworkJson.Read("custom.json", layers);
NetworkWeights.Load(loaded, "custom.safetensors");

// 4. Export to ONNX; the file needs nothing of this program.
Classifier.Save(
    "custom.onnx",
    loaded,
    photos.ClassNames,
    preprocessing,
    new Dictionary<Type, Action<OnnxLayerGraph>> { [typeof(SqueezeExcitation)] = SqueezeExcitation.WriteOnnx }
);
using var classifier = Classifier.Load("custom.onnx");
var images = photos.Validation.Count > 0 ? photos.Validation : photos.Training;
var right = classifier
    .PredictFiles(images.Select(image => image.Path))
    .Zip(images)
    .Count(pair => pair.First.Prediction!.Label == photos.ClassNames[pair.Second.Label]);
Console.WriteLine($"custom.onnx: {right} of {images.Count} photos right");
