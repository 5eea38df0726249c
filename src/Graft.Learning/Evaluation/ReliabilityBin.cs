namespace Graft.Learning.Evaluation;

/// <summary>
/// The images whose predicted class has a probability within a range. If the probabilities are calibrated, accuracy and
/// confidence are about equal.
/// </summary>
/// <param name="Low">The lower bound of the probabilities, exclusive; from 0.</param>
/// <param name="High">The upper bound of the probabilities, inclusive; up to 1.</param>
/// <param name="Images">The number of images.</param>
/// <param name="Confidence">The mean probability of the predicted class; 0 without images.</param>
/// <param name="Accuracy">The share of images whose predicted class is right; 0 without images.</param>
public sealed record ReliabilityBin(double Low, double High, int Images, double Confidence, double Accuracy);
