namespace Graft.Learning.Evaluation;

/// <summary>
/// Images whose likeliest class has about the same probability: if they are calibrated, as large a share is right.
/// </summary>
/// <param name="Low">Probabilities above this, from 0.</param>
/// <param name="High">And up to this, to 1.</param>
/// <param name="Images">How many images.</param>
/// <param name="Confidence">The mean probability of their likeliest class; 0 without images.</param>
/// <param name="Accuracy">The share that is right; 0 without images.</param>
public sealed record ReliabilityBin(double Low, double High, int Images, double Confidence, double Accuracy);
