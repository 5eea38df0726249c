namespace Graft.Training.Fitting;

/// <summary>In which order <see cref="FeatureBatches"/> gives its examples.</summary>
public enum FeatureOrder
{
    /// <summary>As they are, the same in every epoch: for validation and prediction.</summary>
    Sequential,

    /// <summary>Every example once, in an order of each epoch's own: for training.</summary>
    Shuffled,

    /// <summary>As many examples of each class as of any other: for training where some classes are rare.</summary>
    Balanced,
}
