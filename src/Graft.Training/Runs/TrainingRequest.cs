using Graft.Imaging;
using Graft.Training.Features;
using Graft.Training.Heads;

namespace Graft.Training.Runs;

/// <summary>What to train, on what, and how.</summary>
public sealed record TrainingRequest
{
    /// <summary>The dataset's folder.</summary>
    public required string Data { get; init; }

    /// <summary>The catalogue's name of the trunk.</summary>
    public string Backbone { get; init; } = "resnet50";

    /// <summary>The head.</summary>
    public HeadSpecification Head { get; init; } = HeadSpecification.Linear;

    /// <summary>Height and width of the network's input in pixels; the weights' own when null.</summary>
    public int? ImageSize { get; init; }

    /// <summary>How pictures are brought to that size; the weights' own rule when null.</summary>
    public Models.ResizeRule? Resize { get; init; }

    /// <summary>Epochs of a mini-batch head at the most.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>Images in a mini-batch of a head.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Step size of a mini-batch head.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Epochs without a smaller validation loss before a mini-batch head stops.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>The linear head's L2 penalty; chosen by cross-validation when null.</summary>
    public double? L2 { get; init; }

    /// <summary>The part of each class that goes to validation where the dataset has no validation split.</summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>The seed of everything that is drawn.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether a bad image stops the run; otherwise it is left out and listed.</summary>
    public bool FailOnBadImage { get; init; }

    /// <summary>How features are kept.</summary>
    public FeaturePrecision FeaturePrecision { get; init; }

    /// <summary>Whether convolutions are plain sums, as <see cref="Layers.Inference.PlanOptions.Exact"/>: slower, other last digits.</summary>
    public bool Exact { get; init; }

    /// <summary>Limits on the size of images.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <summary>The run folder; <c>runs/train</c>, <c>runs/train2</c>, ... when null.</summary>
    public string? Output { get; init; }
}
