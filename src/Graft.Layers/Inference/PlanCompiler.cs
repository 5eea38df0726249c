using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Inference.Steps;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Networks;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Tensors;
using Graft.Tensors.Kernels.Convolution;

namespace Graft.Layers.Inference;

/// <summary>
/// Turns a network's nodes into steps, in the nodes' order. A convolution or dense layer absorbs the nodes after it as
/// long as each is the only reader of the output before it: batch normalisation, an add whose other operand is already
/// computed, and a ReLU.
/// </summary>
internal sealed class PlanCompiler
{
    private readonly Network _network;
    private readonly string _outputNode;
    private readonly PlanOptions _options;
    private readonly IReadOnlyList<NetworkNode> _nodes;
    private readonly ILookup<string, NetworkNode> _consumers;
    private readonly WorkerPool _workers;
    private readonly List<PlanValue> _values = [];
    private readonly List<PlanStep> _steps = [];

    /// <summary>The value that holds a node's output, for nodes whose output is materialised.</summary>
    private readonly Dictionary<string, int> _valueOf = new(StringComparer.Ordinal);

    /// <summary>Paddings that are merged into the layers after them.</summary>
    private readonly Dictionary<string, Padding2D> _pendingPadding = new(StringComparer.Ordinal);

    /// <summary>Steps that add a residual to each result as they write it.</summary>
    private readonly List<(int Step, int Residual)> _sums = [];

    /// <summary>Nodes that are computed by the convolution before them.</summary>
    private readonly HashSet<string> _absorbed = new(StringComparer.Ordinal);

    /// <summary>Prepares to compile.</summary>
    /// <param name="network">The network.</param>
    /// <param name="outputNode">The node whose output to compute.</param>
    /// <param name="options">The options.</param>
    /// <param name="workers">The threads to prepare weights on.</param>
    public PlanCompiler(Network network, string outputNode, PlanOptions options, WorkerPool workers)
    {
        _workers = workers;
        _network = network;
        _outputNode = outputNode;
        _options = options;
        _nodes = outputNode == Network.InputName ? [] : network.NodesFor(network[outputNode].Name);
        _consumers = _nodes
            .SelectMany(node => node.Inputs.Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        _valueOf.Add(Network.InputName, NewValue(network.InputShape));
    }

    public InferencePlan Compile()
    {
        foreach (var node in _nodes)
        {
            if (!_absorbed.Contains(node.Name))
                CompileNode(node);
        }

        var steps = StepFusion.Apply(_steps, _values, _valueOf[_outputNode]);
        WriteSumsOverResiduals(steps);
        return new InferencePlan(_network.InputShape, _values, steps, _valueOf[_outputNode], _options);
    }

    private void CompileNode(NetworkNode node)
    {
        switch (node.Layer)
        {
            case Dropout or StochasticDepth:
            case AdaptiveAveragePooling2D when _network.ShapeOf(node.Name) == _values[_valueOf[node.Inputs[0]]].Shape:
                _valueOf.Add(node.Name, _valueOf[node.Inputs[0]]);
                break;
            case Flatten:
                _values.Add(new PlanValue(_network.ShapeOf(node.Name), _values[_valueOf[node.Inputs[0]]].Storage));
                _valueOf.Add(node.Name, _values.Count - 1);
                break;
            case ZeroPadding2D padding when CanBePending(node):
                _valueOf.Add(node.Name, _valueOf[node.Inputs[0]]);
                _pendingPadding.Add(node.Name, padding.Padding.Plus(Pending(node.Inputs[0])));
                break;
            case Convolution2D { Options.Groups: > 1 } grouped:
                CompileGroupedConvolution(node, grouped);
                break;
            case Convolution2D convolution:
                CompileConvolution(node, convolution);
                break;
            case Dense dense:
                CompileDense(node, dense);
                break;
            case MaxPooling2D pooling when !Pending(node.Inputs[0]).IsNone:
                var geometry = Padded(pooling.Geometry(InputShape(node)), Pending(node.Inputs[0]));
                _steps.Add(
                    new ZeroPaddedMaxPoolingStep(
                        $"{node.Name}: {node.Layer.Kind} with padding",
                        geometry,
                        _valueOf[node.Inputs[0]],
                        Define(node.Name)
                    )
                );
                break;
            case BatchNormalization normalization:
                _steps.Add(
                    new ScaleAndShiftStep(
                        $"{node.Name}: {node.Layer.Kind}",
                        normalization,
                        _valueOf[node.Inputs[0]],
                        Define(node.Name)
                    )
                );
                break;
            default:
                if (node.Layer.Parameters.Count > 0)
                    throw new NotSupportedException(
                        $"Node '{node.Name}': an inference plan cannot run a {node.Layer.Kind} yet."
                    );
                var inputs = node.Inputs.Select(input => _valueOf[input]).ToArray();
                _steps.Add(new LayerStep($"{node.Name}: {node.Layer.Kind}", node.Layer, inputs, Define(node.Name)));
                break;
        }
    }

    private void CompileConvolution(NetworkNode node, Convolution2D convolution)
    {
        var input = _valueOf[node.Inputs[0]];
        var geometry = Padded(convolution.Geometry(InputShape(node)), Pending(node.Inputs[0]));
        var algorithm = ConvolutionAlgorithms.Choose(geometry, _options.Exact);
        if (algorithm == ConvolutionAlgorithm.Indirect && ConvolutionAlgorithms.PrefersKernelRows(geometry))
            (input, geometry) = PadBeforehand(node.Name, input, geometry);
        var fusion = Absorb(node);
        var weights = FusedWeights.Fold(
            convolution.Weight.Value,
            convolution.Bias?.Value,
            fusion.Normalization,
            fusion.Minimum,
            fusion.Maximum,
            _workers
        );
        int[] inputs = fusion.Residual is { } residual ? [input, residual] : [input];
        var output = Define(fusion.Last);
        if (fusion.Residual is { } added)
            _sums.Add((_steps.Count, added));
        _steps.Add(ConvolutionSteps.Create(fusion.Description, geometry, algorithm, weights, inputs, output, _workers));
        AddActivation(fusion);
    }

    private void CompileGroupedConvolution(NetworkNode node, Convolution2D convolution)
    {
        var geometry = Padded(convolution.Geometry(InputShape(node)), Pending(node.Inputs[0]));
        var fusion = Absorb(node);
        var weights = FusedWeights.Fold(
            convolution.Weight.Value,
            convolution.Bias?.Value,
            fusion.Normalization,
            fusion.Minimum,
            fusion.Maximum,
            _workers
        );
        int[] inputs = fusion.Residual is { } residual
            ? [_valueOf[node.Inputs[0]], residual]
            : [_valueOf[node.Inputs[0]]];
        var output = Define(fusion.Last);
        _steps.Add(
            ConvolutionSteps.CreateGrouped(
                fusion.Description,
                geometry,
                convolution.Options.Groups,
                weights,
                inputs,
                output
            )
        );
        AddActivation(fusion);
    }

    private void CompileDense(NetworkNode node, Dense dense)
    {
        var fusion = Absorb(node);
        var weights = FusedWeights.Fold(
            dense.Weight.Value,
            dense.Bias.Value,
            fusion.Normalization,
            fusion.Minimum,
            fusion.Maximum,
            _workers
        );
        var geometry = new ConvolutionGeometry
        {
            InputHeight = 1,
            InputWidth = 1,
            InputChannels = dense.Inputs,
            OutputChannels = dense.Outputs,
            KernelHeight = 1,
            KernelWidth = 1,
        };
        int[] inputs = fusion.Residual is { } residual
            ? [_valueOf[node.Inputs[0]], residual]
            : [_valueOf[node.Inputs[0]]];
        _steps.Add(new ConvolutionStep(fusion.Description, geometry, weights, inputs, Define(fusion.Last), _workers));
        AddActivation(fusion);
    }

    /// <summary>
    /// Runs a smooth activation in place on the output of the convolution before it, which nothing else reads.
    /// </summary>
    private void AddActivation(Fusion fusion)
    {
        if (fusion.Activation is { } node)
            _steps.Add(
                new LayerStep(
                    $"{node.Name}: {node.Layer.Kind} in place",
                    node.Layer,
                    [_valueOf[node.Name]],
                    _valueOf[node.Name]
                )
            );
    }

    /// <summary>Collects the nodes after a convolution as long as they can be computed with it.</summary>
    private Fusion Absorb(NetworkNode node)
    {
        var fusion = new Fusion { Last = node.Name, Description = $"{node.Name}: {node.Layer.Kind}" };
        while (fusion.Last != _outputNode && _consumers[fusion.Last].Take(2).ToArray() is [var next])
        {
            switch (next.Layer)
            {
                case BatchNormalization normalization when fusion is { Normalization: null, Residual: null }:
                    fusion = fusion with { Normalization = normalization };
                    break;
                case Add
                    when fusion.Residual is null
                        && Other(next, fusion.Last) is { } other
                        && _valueOf.TryGetValue(other, out var value)
                        && Pending(other).IsNone:
                    fusion = fusion with { Residual = value };
                    break;
                case StochasticDepth:
                    _absorbed.Add(next.Name);
                    fusion = fusion with { Last = next.Name };
                    continue;
                case ReLU relu:
                    _absorbed.Add(next.Name);
                    return fusion with
                    {
                        Last = next.Name,
                        Minimum = 0,
                        Maximum = relu.Maximum,
                        Description = $"{fusion.Description} + {next.Layer.Kind}",
                    };
                case Activation:
                    _absorbed.Add(next.Name);
                    return fusion with { Last = next.Name, Activation = next };
                default:
                    return fusion;
            }

            _absorbed.Add(next.Name);
            fusion = fusion with { Last = next.Name, Description = $"{fusion.Description} + {next.Layer.Kind}" };
        }

        return fusion;
    }

    private static string? Other(NetworkNode add, string one)
    {
        // The sum of a value with itself has no second operand.
        var others = add.Inputs.Where(input => input != one).ToArray();
        return others.Length == 1 ? others[0] : null;
    }

    /// <summary>Lets a sum reuse the memory of its residual if nothing reads the residual afterwards.</summary>
    /// <param name="steps">The steps as they will run.</param>
    // This saves memory, and the cache lines are already in the cache.
    private void WriteSumsOverResiduals(IReadOnlyList<PlanStep> steps)
    {
        foreach (var (index, residual) in _sums)
        {
            var step = steps.First(step => step.Output == _steps[index].Output);
            var storage = _values[residual].Storage;
            var output = _values[step.Output].Storage;
            var isReadLater = steps
                .SkipWhile(earlier => earlier != step)
                .Skip(1)
                .Any(later => later.Inputs.Any(value => _values[value].Storage == storage));
            if (
                storage == 0
                || isReadLater
                || _values[step.Inputs[0]].Storage == storage
                || _values[_valueOf[_outputNode]].Storage == storage
            )
                continue;
            for (var value = 0; value < _values.Count; value++)
            {
                if (_values[value].Storage == output)
                    _values[value] = _values[value] with { Storage = storage };
            }
        }
    }

    private (int Value, ConvolutionGeometry Geometry) PadBeforehand(
        string name,
        int input,
        ConvolutionGeometry geometry
    )
    {
        var padding = new ZeroPadding2D(
            new Padding2D(geometry.PaddingTop, geometry.PaddingLeft, geometry.PaddingBottom, geometry.PaddingRight)
        );
        var shape = padding.OutputShape([Network.Batched(_values[input].Shape)]);
        var value = NewValue(new Shape(shape.Dimensions[1..]));
        _steps.Add(new LayerStep($"{name}: padding", padding, [input], value));
        return (
            value,
            geometry with
            {
                InputHeight = shape[1],
                InputWidth = shape[2],
                PaddingTop = 0,
                PaddingLeft = 0,
                PaddingBottom = 0,
                PaddingRight = 0,
            }
        );
    }

    /// <summary>Whether every layer after a padding layer can pad its own input.</summary>
    private bool CanBePending(NetworkNode padding) =>
        padding.Name != _outputNode
        && _consumers[padding.Name]
            .All(consumer =>
                consumer.Layer is Convolution2D
                || (
                    consumer.Layer is MaxPooling2D pooling
                    && pooling.Options is { Padding.IsNone: true, RoundUp: false }
                )
            );

    private Padding2D Pending(string name) => _pendingPadding.GetValueOrDefault(name);

    private Shape InputShape(NetworkNode node) => Network.Batched(_values[_valueOf[node.Inputs[0]]].Shape);

    private int Define(string name)
    {
        var value = NewValue(_network.ShapeOf(name));
        _valueOf.Add(name, value);
        return value;
    }

    private int NewValue(Shape shape)
    {
        _values.Add(new PlanValue(shape, _values.Count));
        return _values.Count - 1;
    }

    private static ConvolutionGeometry Padded(ConvolutionGeometry geometry, Padding2D padding) =>
        geometry with
        {
            PaddingTop = geometry.PaddingTop + padding.Top,
            PaddingLeft = geometry.PaddingLeft + padding.Left,
            PaddingBottom = geometry.PaddingBottom + padding.Bottom,
            PaddingRight = geometry.PaddingRight + padding.Right,
        };

    /// <summary>The operations fused into a convolution.</summary>
    private sealed record Fusion
    {
        public required string Last { get; init; }

        public required string Description { get; init; }

        public BatchNormalization? Normalization { get; init; }

        public int? Residual { get; init; }

        public float Minimum { get; init; } = float.NegativeInfinity;

        public float Maximum { get; init; } = float.PositiveInfinity;

        /// <summary>The node of a smooth activation after everything else.</summary>
        public NetworkNode? Activation { get; init; }
    }
}
