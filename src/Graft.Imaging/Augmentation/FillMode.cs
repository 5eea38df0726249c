namespace Graft.Imaging.Augmentation;

/// <summary>What is shown where a warped image does not reach.</summary>
public enum FillMode
{
    /// <summary>The nearest pixel of the image's edge: <c>aaaa|abcd|dddd</c>. Keras's "nearest".</summary>
    Edge,

    /// <summary>Black.</summary>
    Constant,

    /// <summary>The image mirrored at its edge: <c>dcba|abcd|dcba</c>. Keras's "reflect".</summary>
    Reflect,
}
