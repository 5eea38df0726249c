namespace Graft.Features.Backbones;

/// <summary>The usual preprocessing of an image's pixels, by the family of the weights.</summary>
public enum PreprocessingPreset
{
    /// <summary>
    /// PyTorch's weights: RGB / 255, the ImageNet means subtracted, divided by the standard deviations; the shorter
    /// side scaled, the centre cropped.
    /// </summary>
    Torchvision,

    /// <summary>RGB from -1 to 1, stretched: Keras's Inception, Xception and MobileNets.</summary>
    Symmetric,

    /// <summary>
    /// BGR of 0 to 255, the ImageNet means subtracted, stretched: Keras's VGG, ResNet and Caffe's weights.
    /// </summary>
    Caffe,

    /// <summary>RGB / 255, from 0 to 1, stretched.</summary>
    Unit,

    /// <summary>RGB of 0 to 255 as it is, stretched: networks that begin with their own preprocessing.</summary>
    Pixels,
}
