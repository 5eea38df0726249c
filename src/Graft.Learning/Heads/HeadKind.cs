namespace Graft.Learning.Heads;

/// <summary>The kinds of heads.</summary>
public enum HeadKind
{
    /// <summary>Multinomial logistic regression on pooled features.</summary>
    Linear,

    /// <summary>A hidden layer on pooled features: dense, ReLU, dropout, dense.</summary>
    Dense,

    /// <summary>
    /// A convolution on spatial features: Conv2D 2x2, dropout 0.4, global average pooling, dropout 0.3, dense. Tokens
    /// have no neighbours, so a dense layer on each token takes the convolution's place.
    /// </summary>
    Convolution,

    /// <summary>
    /// Replaces a VGG's last layer, after its two hidden layers, which stay frozen: dense, ReLU, dropout 0.4, dense,
    /// log-softmax.
    /// </summary>
    Vgg,
}
