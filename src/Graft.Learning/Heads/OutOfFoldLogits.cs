namespace Graft.Learning.Heads;

/// <summary>The logits for an image from a head that was not fitted on it.</summary>
/// <param name="Image">The image's number, from 0.</param>
/// <param name="Logits">A logit for each class.</param>
public readonly record struct OutOfFoldLogits(int Image, float[] Logits);
