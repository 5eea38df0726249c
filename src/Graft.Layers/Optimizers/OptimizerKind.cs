namespace Graft.Layers.Optimizers;

/// <summary>The optimizers that can be selected by name.</summary>
public enum OptimizerKind
{
    /// <summary><see cref="Optimizers.Adam"/>.</summary>
    Adam,

    /// <summary><see cref="Optimizers.AdamW"/>.</summary>
    AdamW,

    /// <summary><see cref="Optimizers.Sgd"/>.</summary>
    Sgd,

    /// <summary><see cref="Optimizers.RmsProp"/>.</summary>
    RmsProp,
}
