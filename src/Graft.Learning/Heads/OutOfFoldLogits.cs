namespace Graft.Learning.Heads;

/// <summary>What a head said of an image that it had not learned from.</summary>
/// <param name="Image">The image's number, from 0.</param>
/// <param name="Logits">A logit for each class.</param>
public readonly record struct OutOfFoldLogits(int Image, float[] Logits);
