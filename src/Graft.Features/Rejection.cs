namespace Graft.Features;

/// <summary>Why an image is left out.</summary>
/// <param name="Reason">The reason, a few words for the user.</param>
/// <param name="IsInContent">
/// Whether the reason lies in the bytes, so that it holds for every copy of them; otherwise it is about this file now.
/// </param>
internal sealed record Rejection(string Reason, bool IsInContent);
