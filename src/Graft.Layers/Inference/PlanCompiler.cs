using Graft.Layers.Fusion;
using Graft.Layers.Inference.Steps;
using Graft.Layers.Networks;
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
    private readonly FusionMatcher _fusion;
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
        _fusion = new FusionMatcher(_nodes, node => Lower(node, name => Network.Batched(network.ShapeOf(name))))
        {
            IsKept = name => name == outputNode,
            IsKnown = name => _valueOf.ContainsKey(name) && Pending(name).IsNone,
        };
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
        var input = _valueOf[node.Inputs[0]];
        switch (Lower(node, InputShape))
        {
            case IdentityLowering:
                _valueOf.Add(node.Name, input);
                break;
            case ReshapeLowering:
                _values.Add(new PlanValue(_network.ShapeOf(node.Name), _values[input].Storage));
                _valueOf.Add(node.Name, _values.Count - 1);
                break;
            case PaddingLowering padding when CanBePending(node):
                _valueOf.Add(node.Name, input);
                _pendingPadding.Add(node.Name, padding.Padding.Plus(Pending(node.Inputs[0])));
                break;
            case ConvolutionLowering convolution:
                CompileConvolution(node, convolution);
                break;
            case MaxPoolingLowering pooling when !Pending(node.Inputs[0]).IsNone:
                _steps.Add(
                    new ZeroPaddedMaxPoolingStep(
                        $"{node.Name}: {node.Layer.Kind} with padding",
                        Padded(pooling.Geometry, Pending(node.Inputs[0])),
                        input,
                        Define(node.Name)
                    )
                );
                break;
            case AffineLowering affine:
                _steps.Add(
                    new ScaleAndShiftStep(
                        $"{node.Name}: {node.Layer.Kind}",
                        affine,
                        _values[input].Shape[^1],
                        input,
                        Define(node.Name)
                    )
                );
                break;
            default:
                var inputs = node.Inputs.Select(name => _valueOf[name]).ToArray();
                _steps.Add(new LayerStep($"{node.Name}: {node.Layer.Kind}", node.Layer, inputs, Define(node.Name)));
                break;
        }
    }

    private void CompileConvolution(NetworkNode node, ConvolutionLowering convolution)
    {
        var input = _valueOf[node.Inputs[0]];
        var geometry = Padded(convolution.Geometry, Pending(node.Inputs[0]));
        var algorithm = ConvolutionAlgorithms.Choose(geometry, _options.Exact);
        if (
            convolution.Groups == 1
            && algorithm == ConvolutionAlgorithm.Indirect
            && ConvolutionAlgorithms.PrefersKernelRows(geometry)
        )
            (input, geometry) = PadBeforehand(node.Name, input, geometry);
        var fused = _fusion.Match(node);
        _absorbed.UnionWith(fused.Nodes.Skip(1).Select(absorbed => absorbed.Name));
        var weights = FusedWeights.Fold(
            convolution.Weight,
            convolution.Bias,
            fused.AffineLowering,
            fused.Minimum,
            fused.Maximum,
            _workers
        );
        int[] inputs = [input];
        if (fused.Residual is { } name)
        {
            inputs = [input, _valueOf[name]];
            if (convolution.Groups == 1)
                _sums.Add((_steps.Count, _valueOf[name]));
        }

        var output = Define(fused.Last);
        _steps.Add(
            convolution.Groups > 1
                ? ConvolutionSteps.CreateGrouped(
                    fused.Description,
                    geometry,
                    convolution.Groups,
                    weights,
                    inputs,
                    output
                )
                : ConvolutionSteps.Create(fused.Description, geometry, algorithm, weights, inputs, output, _workers)
        );
        if (fused.Activation is { } activation)
            _steps.Add(
                new LayerStep(
                    $"{activation.Name}: {activation.Layer.Kind} in place",
                    activation.Layer,
                    [output],
                    output
                )
            );
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
        && _fusion
            .Consumers(padding.Name)
            .All(consumer =>
                Lower(consumer, name => Network.Batched(_network.ShapeOf(name)))
                    is ConvolutionLowering
                        or MaxPoolingLowering { CanPad: true }
            );

    private static Lowering Lower(NetworkNode node, Func<string, Shape> shapeOf) =>
        node.Layer.Lower([.. node.Inputs.Select(shapeOf)]);

    private Padding2D Pending(string name) => _pendingPadding.GetValueOrDefault(name);

    /// <summary>The shape of the value that is read for a node's output: without a pending padding.</summary>
    private Shape InputShape(string name) => Network.Batched(_values[_valueOf[name]].Shape);

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
}
