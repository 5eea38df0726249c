namespace Graft.Learning.Heads;

/// <summary>The kinds of heads.</summary>
public enum HeadKind
{
    /// <summary>Multinomial logistic regression on pooled features.</summary>
    Linear,

    /// <summary>A hidden layer on pooled features: dense, ReLU, dropout, dense.</summary>
    Dense,

    /// <summary>
    /// A convolution on the feature map: Conv2D 2x2, dropout 0.4, global average pooling, dropout 0.3, dense.
    /// </summary>
    Convolution,

    /// <summary>
    /// In place of a VGG's last layer, behind its two hidden ones, which stay frozen: dense, ReLU, dropout 0.4,
    /// dense, log-softmax.
    /// </summary>
    Vgg,
}
