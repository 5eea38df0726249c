using Graft.Layers.Activations;
using Graft.Layers.Autograd;
using Graft.Tensors;

namespace Graft.Layers.Networks;

/// <summary>
/// One run of a network, or of its trainable part: its output and, after <see cref="Backward(Tensor)"/>, the gradients
/// in the parameters. It keeps only what backward needs. Convolutions are fused with the batch normalisation (with
/// running statistics), sum and ReLU after them; ReLUs work in place; outputs are freed, forward and backward, as soon
/// as nothing needs them. Dispose it to free the rest. Not thread-safe.
/// </summary>
public sealed class NetworkPass : IDisposable
{
    private readonly PassOptions _options;
    private readonly TensorMemory _memory;
    private readonly string _inputName;
    private readonly string _outputName;
    private readonly Tensor _input;
    private readonly bool _ownsInput;
    private readonly IReadOnlyList<NetworkNode> _nodes;
    private readonly IReadOnlyList<AutogradStep> _steps = [];

    // Outputs that are kept to the end: the pass's own, and the logits before a softmax or sigmoid, from which losses
    // are computed.
    private readonly HashSet<string> _ends = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _outputs = new(StringComparer.Ordinal);
    private Tensor? _inputGradient;
    private bool _isSpent;

    /// <summary>Runs nodes forward.</summary>
    /// <param name="network">The network that contains the nodes.</param>
    /// <param name="nodes">
    /// The nodes, in the order in which they run; they read only each other's outputs and the input.
    /// </param>
    /// <param name="inputName">
    /// The node that produced <paramref name="input"/>, or <see cref="Network.InputName"/>.
    /// </param>
    /// <param name="input">That node's output, batch first.</param>
    /// <param name="ownsInput">Whether the pass disposes the input, even if it fails.</param>
    /// <param name="options">The options.</param>
    /// <param name="memory">The memory of outputs and gradients.</param>
    internal NetworkPass(
        Network network,
        IReadOnlyList<NetworkNode> nodes,
        string inputName,
        Tensor input,
        bool ownsInput,
        PassOptions options,
        TensorMemory memory
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        Network = network;
        _nodes = nodes;
        _inputName = inputName;
        _outputName = nodes.Count == 0 ? inputName : nodes[^1].Name;
        _options = options;
        _memory = memory;
        _input = input;
        _ownsInput = ownsInput;
        try
        {
            ArgumentNullException.ThrowIfNull(options);
            var expected = network.ShapeOf(inputName).Dimensions;
            if (input.Shape.Rank == 0 || input.Shape[0] == 0 || !input.Shape.Dimensions[1..].SequenceEqual(expected))
                throw new ArgumentException(
                    $"The network takes [batch, {string.Join(", ", expected.ToArray())}] with a batch of 1 or "
                        + $"more{(inputName == Network.InputName ? "" : $" after '{inputName}'")}, but the input "
                        + $"is {input.Shape}.",
                    nameof(input)
                );
            _ends.Add(_outputName);
            if (nodes is [.., { Layer: Softmax or Activation } last])
                _ends.UnionWith(last.Inputs);
            _steps = new AutogradCompiler(
                nodes,
                inputName,
                _ends,
                name => Network.Batched(network.ShapeOf(name)),
                options
            ).Compile();
            _outputs.Add(inputName, input);
            FindWanted();
            RunForward();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The network that ran.</summary>
    public Network Network { get; }

    /// <summary>The network's output, <c>[batch, ...]</c>; owned by the pass.</summary>
    public Tensor Output => OutputOf(_outputName);

    /// <summary>
    /// The gradient with respect to the pass's input after <see cref="Backward(Tensor)"/>, if
    /// <see cref="PassOptions.InputGradient"/> is set; owned by the pass.
    /// </summary>
    public Tensor? InputGradient => _inputGradient;

    /// <summary>The output of a node; owned by the pass.</summary>
    /// <param name="name">A node that the pass ran, or the name of its input.</param>
    /// <exception cref="KeyNotFoundException">
    /// The output was not kept; <see cref="PassOptions.KeepOutputs"/> keeps all.
    /// </exception>
    public Tensor OutputOf(string name) =>
        _outputs.TryGetValue(name, out var output)
            ? output
            : throw new KeyNotFoundException(
                $"The pass has no output for a node '{name}'. If the network has this node, set "
                    + $"{nameof(PassOptions)}.{nameof(PassOptions.KeepOutputs)}."
            );

    /// <summary>
    /// Adds the gradients of a loss to all trainable parameters; can be called once. It visits only nodes on a path
    /// from the output to a trainable parameter (or to the input, if its gradient is requested).
    /// </summary>
    /// <param name="outputGradient">
    /// The gradient of the loss with respect to <see cref="Output"/>, in its shape.
    /// </param>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    /// <exception cref="InvalidOperationException">
    /// Backward was called before, or <see cref="PassOptions.Backward"/> is false.
    /// </exception>
    public void Backward(Tensor outputGradient) => Backward(outputGradient, _outputName);

    /// <summary>
    /// Adds the gradients of a loss that is computed from a node's output; can be called once. A loss of logits starts
    /// before the softmax, where nothing underflows.
    /// </summary>
    /// <param name="gradient">
    /// The gradient of the loss with respect to the output of <paramref name="node"/>, in its shape.
    /// </param>
    /// <param name="node">The node; later nodes are not visited.</param>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    /// <exception cref="InvalidOperationException">
    /// Backward was called before, or <see cref="PassOptions.Backward"/> is false.
    /// </exception>
    public void Backward(Tensor gradient, string node)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(node);
        if (gradient.Shape != OutputOf(node).Shape)
            throw new ArgumentException(
                $"The gradient has shape {gradient.Shape}, the output {OutputOf(node).Shape}; they must be equal.",
                nameof(gradient)
            );
        if (!_options.Backward || _isSpent)
        {
            var remedy = _isSpent
                ? "were freed by an earlier backward pass; run forward again"
                : $"were not kept; set {nameof(PassOptions)}.{nameof(PassOptions.Backward)}";
            throw new InvalidOperationException($"Backward: the values that it needs {remedy}.");
        }

        _isSpent = true;
        using var gradients = new AutogradGradients(_wanted, _memory, _options.Workers);
        if (_wanted.Contains(node))
            gradients.Share(node, gradient);
        foreach (var step in _steps.Reverse())
        {
            if (gradients.Take(step.Output) is { } outputGradient)
                step.Backward(outputGradient, gradients);
            step.Dispose();
            if (CanFree(step.Output) && _outputs.Remove(step.Output, out var output))
                output.Dispose();
        }

        _inputGradient = gradients.Take(_inputName);
    }

    /// <summary>Frees what the pass keeps.</summary>
    public void Dispose()
    {
        foreach (var (name, output) in _outputs)
        {
            if (name != _inputName)
                output.Dispose();
        }

        foreach (var step in _steps)
            step.Dispose();
        _inputGradient?.Dispose();
        if (_ownsInput)
            _input.Dispose();
    }

    /// <summary>
    /// Runs forward again from the same input and keeps every output, for debugging. Random layers draw new numbers.
    /// </summary>
    /// <returns>A pass that the caller disposes before this one.</returns>
    public NetworkPass Repeat() =>
        new(
            Network,
            _nodes,
            _inputName,
            _input,
            ownsInput: false,
            _options with
            {
                KeepOutputs = true,
                Backward = false,
            },
            _memory
        );

    private bool CanFree(string name) => name != _inputName && !_ends.Contains(name) && !_options.KeepOutputs;

    /// <summary>Finds the outputs whose gradients are needed.</summary>
    private void FindWanted()
    {
        if (!_options.Backward)
            return;
        if (_options.InputGradient)
            _wanted.Add(_inputName);
        foreach (var step in _steps)
        {
            if (step.IsTrainable || step.Inputs.Any(_wanted.Contains))
                _wanted.Add(step.Output);
        }
    }

    private void RunForward()
    {
        var uses = _steps.SelectMany(step => step.Inputs).CountBy(name => name).ToDictionary(StringComparer.Ordinal);
        var kept = OutputsReadByBackward();
        foreach (var step in _steps)
        {
            var inputs = step.Inputs.Select(OutputOf).ToArray();
            var isInPlace = step.CanWriteInPlace && IsFree(step.Inputs[0]) && uses[step.Inputs[0]] == 1;
            var output = isInPlace
                ? inputs[0]
                : Tensor.Uninitialized(step.OutputShape([.. inputs.Select(input => input.Shape)]), _memory);
            if (isInPlace)
                _outputs.Remove(step.Inputs[0]);
            _outputs.Add(step.Output, output);
            step.Forward(inputs, output, _options);
            foreach (var name in step.Inputs)
            {
                if (--uses[name] == 0 && IsFree(name) && _outputs.Remove(name, out var input))
                    input.Dispose();
            }
        }

        bool IsFree(string name) => CanFree(name) && !kept.Contains(name);
    }

    private HashSet<string> OutputsReadByBackward()
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in _steps.Where(step => _wanted.Contains(step.Output)))
        {
            kept.UnionWith(step.ReadInputs);
            if (step.ReadsOutput)
                kept.Add(step.Output);
        }

        return kept;
    }
}
