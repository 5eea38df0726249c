namespace Graft.Layers;

/// <summary>Which tensors of the forward pass a layer's backward reads; the others need not be kept.</summary>
[Flags]
public enum BackwardReads
{
    /// <summary>No values; only shapes.</summary>
    Nothing = 0,

    /// <summary>The inputs' values.</summary>
    Inputs = 1,

    /// <summary>The output's values.</summary>
    Output = 2,
}
