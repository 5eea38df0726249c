namespace Graft.Imaging.Augmentation;

/// <summary>How pixels outside a warped image are filled.</summary>
public enum FillMode
{
    /// <summary>The nearest pixel of the image's edge: <c>aaaa|abcd|dddd</c>. Keras's "nearest".</summary>
    Edge,

    /// <summary>Black.</summary>
    Constant,

    /// <summary>The image reflected at its edge: <c>dcba|abcd|dcba</c>. Keras's "reflect".</summary>
    Reflect,
}
