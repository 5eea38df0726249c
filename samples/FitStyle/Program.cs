// Trains a classifier in the style of Keras: build the model, Fit, save, load, predict.
//   dotnet run -c Release --project samples/FitStyle -- PHOTOS [EPOCHS]
// PHOTOS has train/ and validation/, each with one folder of photos per class. If it has class folders only, a fifth of
// each class is used for validation.
using Graft.Classification;
using Graft.Data;
using Graft.Features.Backbones;
using Graft.Layers.Activations;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Networks;
using Graft.Learning;
using Graft.Learning.Batches;
using Graft.Learning.Fitting;
using Graft.Models;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Weights.Json;
using Graft.Weights.Onnx;

var folder = args.Length > 0 ? args[0] : "../shared/data/alien-vs-predator";
var epochs = args.Length > 1 ? int.Parse(args[1]) : 3;
using var workers = new WorkerPool();

// 1. The pretrained network, without its own head.
using var backbone = Backbone.Load(new ModelStore(GraftHome.Locate()), "resnet50");
var preprocessing = backbone.Preprocessing;

// 2. The data. In every epoch, training images are sheared, zoomed and flipped at random.
var photos = ImageDataset.Scan(folder);
var classes = photos.ClassNames.Count;
var training = new AugmentedImages(
    photos.Training,
    classes,
    preprocessing,
    new()
    {
        BatchSize = 32,
        Augmentation = new()
        {
            Shear = 10,
            Zoom = 0.2,
            HorizontalFlip = 0.5,
        },
    }
);
var validation = AugmentedImages.ForValidation(photos.Validation, classes, preprocessing);

// 3. The model: a frozen ResNet-50, a hidden layer of 128 units, and one output per class.
using var head = new Network(backbone.Network.OutputShape);
head.Add("dense", new Dense(2048, 128));
head.Add("dense.relu", new ReLU());
head.Add("predictions", new Dense(128, classes));
Initializers.HeUniform(head, new DeterministicRandom(seed: 1));

using var model = backbone.TakeNetwork();
model.Freeze();
model.Append(head);
Console.WriteLine(model.Summary());

// 4. Train. The frozen layers run as a compiled plan.
using (var trainable = new TrainableNetwork(model, workers, maximumBatch: 32))
{
    var trainer = new Trainer(
        trainable,
        workers,
        new()
        {
            Epochs = epochs,
            Optimizer = new() { LearningRate = 1e-3 },
        }
    );
    trainer.Fit(training, validation, [new EpochLines()]);
}

// 5. Save and load: the whole model,
Classifier.Save("model.onnx", model, photos.ClassNames, preprocessing);
using (var whole = OnnxModel.Read("model.onnx"))
    Console.WriteLine(
        $"model.onnx: {whole.Network.Nodes.Count} layers, from {whole.Network.InputShape} to "
            + $"{whole.Network.OutputShape}"
    );

// the weights alone,
NetworkWeights.Save(model, "weights.safetensors");
NetworkWeights.Load(model, "weights.safetensors");

// or the architecture as JSON, and the weights beside it.
NetworkJson.Write("architecture.json", model);
using (var rebuilt = NetworkJson.Read("architecture.json"))
    NetworkWeights.Load(rebuilt, "weights.safetensors");

// 6. Predict a batch of images and show them with their probabilities.
using var classifier = Classifier.Load("model.onnx");
var shown = photos.Validation.Where((_, i) => i % (photos.Validation.Count / 6 + 1) == 0).Select(photo => photo.Path);
using var page = new StreamWriter("predictions.html");
foreach (var (path, prediction, _) in classifier.PredictFiles(shown))
{
    var caption = string.Join(", ", prediction!.Ranked.Select(item => $"{item.Probability:P0} {item.Label}"));
    Console.WriteLine($"{Path.GetFileName(path), -20} {caption}");
    page.WriteLine($"<figure><img src=\"{new Uri(path)}\" height=\"200\"><figcaption>{caption}</figcaption></figure>");
}

Console.WriteLine("predictions.html shows them.");

/// <summary>Prints the results of every epoch as Keras does.</summary>
internal sealed class EpochLines : TrainerCallback
{
    public override void EpochEnded(TrainingSession session, EpochResult result) =>
        Console.WriteLine(
            $"Epoch {result.Epoch}/{result.Epochs} - {result.Duration.TotalSeconds:0}s - loss: {result.Loss:0.0000} "
                + $"- accuracy: {result.Accuracy:0.0000} - val_loss: {result.ValidationLoss:0.0000} - val_accuracy: "
                + $"{result.ValidationAccuracy:0.0000}"
        );
}
