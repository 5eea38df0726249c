// Classifies an image with a model that 'graft train' wrote:
//   dotnet run -c Release --project samples/Predict -- runs/train/model.onnx photo.jpg
using Graft.Classification;
using Graft.Imaging;

// Load the model once; a classifier is thread-safe.
using var classifier = Classifier.Load(args[0]);

// From a file.
var prediction = classifier.Predict(args[1]);
Console.WriteLine($"{prediction.Label}, {prediction.Probability:P1} sure; all classes:");
foreach (var (label, probability) in prediction.Ranked)
    Console.WriteLine($"  {label, -20} {probability:P1}");

// From a stream, for example an upload or an entry of an archive.
using (var stream = File.OpenRead(args[1]))
    Console.WriteLine($"From a stream: {classifier.Predict(stream, args[1])}");

// From pixels: 8-bit RGB, row by row from the top, of any size. Here: a grey image of 320 x 240 pixels.
var rgb = new byte[320 * 240 * 3];
Array.Fill(rgb, (byte)128);
using (var image = RgbImage.FromPixels(320, 240, rgb))
    Console.WriteLine($"From pixels: {classifier.Predict(image)}");
