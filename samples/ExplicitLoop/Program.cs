// Trains a classifier in the style of PyTorch: an explicit loop with a training and a validation phase.
//   dotnet run -c Release --project samples/ExplicitLoop -- PHOTOS [EPOCHS]
// PHOTOS has train/ and validation/, each with one folder of photos per class. If it has class folders only, a fifth of
// each class is used for validation.
using Graft.Classification;
using Graft.Data;
using Graft.Features.Backbones;
using Graft.Layers.Activations;
using Graft.Layers.Freezing;
using Graft.Layers.Linear;
using Graft.Layers.Losses;
using Graft.Layers.Networks;
using Graft.Layers.Optimizers;
using Graft.Learning.Batches;
using Graft.Models;
using Graft.Models.Downloads;
using Graft.Models.Storage;
using Graft.Tensors;
using Graft.Weights.Json;

var folder = args.Length > 0 ? args[0] : "../shared/data/alien-vs-predator";
var epochs = args.Length > 1 ? int.Parse(args[1]) : 3;
using var workers = new WorkerPool();

// 1. The pretrained network, without its own head.
using var backbone = Backbone.Load(new ModelStore(GraftHome.Locate()), "resnet50");
var preprocessing = backbone.Preprocessing;

// 2. The data. In every epoch, training images are sheared, zoomed and flipped at random.
var photos = ImageDataset.Scan(folder);
var classes = photos.ClassNames.Count;
var phases = new Dictionary<string, IBatchSource>
{
    ["train"] = new AugmentedImages(
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
    ),
    ["validation"] = AugmentedImages.ForValidation(photos.Validation, classes, preprocessing),
};

// 3. The model: a frozen ResNet-50, a hidden layer of 128 units, and one logit per class.
using var head = new Network(backbone.Network.OutputShape);
head.Add("dense", new Dense(2048, 128));
head.Add("dense.relu", new ReLU());
head.Add("logits", new Dense(128, classes));
Initializers.HeUniform(head, new DeterministicRandom(seed: 1));

using var model = backbone.TakeNetwork();
model.Freeze();
model.Append(head);

// 4. Train. The frozen layers run as a compiled plan.
using (var network = new TrainableNetwork(model, workers, maximumBatch: 32))
using (var optimizer = new Adam(model.Parameters, learningRate: 1e-3))
{
    for (var epoch = 1; epoch <= epochs; epoch++)
    {
        Console.WriteLine($"Epoch {epoch}/{epochs}");
        foreach (var (phase, batches) in phases)
        {
            var (loss, correct) = (0.0, 0);
            foreach (var batch in batches.Epoch(epoch, firstBatch: 0, CancellationToken.None))
            {
                using var _ = batch;
                using var pass = network.Forward(
                    batch.Inputs,
                    new() { Workers = workers, Training = phase == "train" }
                );
                var batchLoss = CrossEntropyLoss.Compute(pass, batch.Labels);
                if (phase == "train")
                {
                    optimizer.ZeroGradients();
                    batchLoss.Backward();
                    optimizer.Step();
                }

                loss += batchLoss.Value * batch.Count;
                correct += Enumerable.Range(0, batch.Count).Count(i => ArgMax(pass.Output.Rows(i)) == batch.Labels[i]);
            }

            Console.WriteLine(
                $"  {phase, -10} loss {loss / batches.Count:0.0000}, accuracy {(double)correct / batches.Count:0.0000}"
            );
        }
    }
}

// 5. Save and load: the whole model, the weights alone, or the architecture as JSON with the weights beside it.
Classifier.Save("model.onnx", model, photos.ClassNames, preprocessing);
NetworkWeights.Save(model, "weights.safetensors");
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

static int ArgMax(ReadOnlySpan<float> values)
{
    var best = 0;
    for (var i = 1; i < values.Length; i++)
        best = values[i] > values[best] ? i : best;
    return best;
}
