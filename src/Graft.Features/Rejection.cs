namespace Graft.Features;

/// <summary>Why an image is left out.</summary>
/// <param name="Reason">The reason, in a few words for the user.</param>
/// <param name="IsInContent">
/// Whether the content is bad, so that every copy of it is; otherwise the reason is only about this file at this time.
/// </param>
internal sealed record Rejection(string Reason, bool IsInContent);
