// Classifies a photo with a model that 'graft train' wrote:
//   dotnet run -c Release --project samples/Predict -- runs/train/model.onnx photo.jpg
using Graft.Classification;
using Graft.Imaging;

// Load once; any number of threads may predict with it.
using var classifier = Classifier.Load(args[0]);

// A file.
var prediction = classifier.Predict(args[1]);
Console.WriteLine($"{prediction.Label}, {prediction.Probability:P1} sure; all classes:");
foreach (var (label, probability) in prediction.Ranked)
    Console.WriteLine($"  {label, -20} {probability:P1}");

// A stream: an upload, an entry of an archive.
using (var stream = File.OpenRead(args[1]))
    Console.WriteLine($"From a stream: {classifier.Predict(stream, args[1])}");

// Pixels: 8-bit RGB, row by row from the top; any size will do. Here a grey picture of 320 x 240.
var rgb = new byte[320 * 240 * 3];
Array.Fill(rgb, (byte)128);
using (var picture = RgbImage.FromPixels(320, 240, rgb))
    Console.WriteLine($"From pixels: {classifier.Predict(picture)}");
