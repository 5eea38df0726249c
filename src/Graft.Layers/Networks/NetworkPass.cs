using Graft.Tensors;

namespace Graft.Layers.Networks;

/// <summary>
/// One run of a network, or of the trainable part of one: the outputs of its nodes, and after <see cref="Backward(Tensor)"/> the gradients in the parameters.
/// Dispose it to free them. Not thread-safe.
/// </summary>
public sealed class NetworkPass : IDisposable
{
    private readonly IReadOnlyList<NetworkNode> _nodes;
    private readonly string _inputName;
    private readonly string _outputName;
    private readonly PassOptions _options;
    private readonly Tensor _input;
    private readonly bool _ownsInput;
    private readonly Dictionary<string, Tensor> _outputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LayerPass> _passes = new(StringComparer.Ordinal);
    private Tensor? _inputGradient;

    /// <summary>Runs nodes forward.</summary>
    /// <param name="network">The network that they are in.</param>
    /// <param name="nodes">The nodes, in the order in which they run; they take nothing but each other's outputs and the input.</param>
    /// <param name="inputName">The node whose output <paramref name="input"/> is, or <see cref="Network.InputName"/>.</param>
    /// <param name="input">That output, batch first.</param>
    /// <param name="ownsInput">Whether the pass disposes the input, also when it fails.</param>
    /// <param name="options">How.</param>
    internal NetworkPass(Network network, IReadOnlyList<NetworkNode> nodes, string inputName, Tensor input, bool ownsInput, PassOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        Network = network;
        _nodes = nodes;
        _inputName = inputName;
        _outputName = nodes.Count == 0 ? inputName : nodes[^1].Name;
        _options = options;
        _input = input;
        _ownsInput = ownsInput;
        try
        {
            ArgumentNullException.ThrowIfNull(options);
            var expected = network.ShapeOf(inputName).Dimensions;
            if (input.Shape.Rank == 0 || input.Shape[0] == 0 || !input.Shape.Dimensions[1..].SequenceEqual(expected))
                throw new ArgumentException($"The network takes [batch, {string.Join(", ", expected.ToArray())}] with a batch of 1 or more{(inputName == Network.InputName ? "" : $" behind '{inputName}'")}, but the input is {input.Shape}.", nameof(input));
            foreach (var node in nodes)
                RunForward(node);
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

    /// <summary>The gradient by the network's input after <see cref="Backward(Tensor)"/>, where <see cref="PassOptions.InputGradient"/> asked for it; owned by the pass.</summary>
    public Tensor? InputGradient => _inputGradient;

    /// <summary>The output of a node; owned by the pass.</summary>
    /// <param name="name">A node that the pass ran, or the name of its input.</param>
    public Tensor OutputOf(string name) => name == _inputName ? _input : _outputs[name];

    /// <summary>
    /// Adds the gradients of a loss to all trainable parameters. Only nodes on a way from the output to a trainable
    /// parameter (or to the input, where its gradient is wanted) are visited.
    /// </summary>
    /// <param name="outputGradient">The loss's gradient by <see cref="Output"/>, of its shape.</param>
    /// <exception cref="ArgumentException">The shape is another one.</exception>
    public void Backward(Tensor outputGradient) => Backward(outputGradient, _outputName);

    /// <summary>
    /// Adds the gradients of a loss of a node's output: a loss of logits starts before the softmax, where nothing underflows.
    /// </summary>
    /// <param name="gradient">The loss's gradient by the output of <paramref name="node"/>, of its shape.</param>
    /// <param name="node">The node; those behind it are not visited.</param>
    /// <exception cref="ArgumentException">The shape is another one.</exception>
    public void Backward(Tensor gradient, string node)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(node);
        if (gradient.Shape != OutputOf(node).Shape)
            throw new ArgumentException($"The gradient has shape {gradient.Shape}, the output {OutputOf(node).Shape}; they must be equal.", nameof(gradient));
        var wanted = NodesThatNeedGradients();
        var gradients = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        if (wanted.Contains(node))
            gradients.Add(node, gradient.Clone());
        try
        {
            foreach (var visited in _nodes.Reverse())
            {
                if (gradients.Remove(visited.Name, out var outputGradient))
                    RunBackward(visited, outputGradient, gradients, wanted);
            }

            if (gradients.Remove(_inputName, out var inputGradient))
            {
                _inputGradient?.Dispose();
                _inputGradient = inputGradient;
            }
        }
        finally
        {
            foreach (var left in gradients.Values)
                left.Dispose();
        }
    }

    /// <summary>Frees the outputs of all nodes.</summary>
    public void Dispose()
    {
        foreach (var output in _outputs.Values)
            output.Dispose();
        foreach (var pass in _passes.Values)
            pass.Saved?.Dispose();
        _inputGradient?.Dispose();
        if (_ownsInput)
            _input.Dispose();
    }

    private void RunForward(NetworkNode node)
    {
        var inputs = node.Inputs.Select(OutputOf).ToArray();
        var output = Tensor.Uninitialized(node.Layer.OutputShape([.. inputs.Select(input => input.Shape)]));
        _outputs.Add(node.Name, output);
        var pass = new LayerPass(inputs, output, _options.Workers) { Training = _options.Training, Random = _options.Random };
        _passes.Add(node.Name, pass);
        node.Layer.Forward(pass);
    }

    private void RunBackward(NetworkNode node, Tensor gradient, Dictionary<string, Tensor> gradients, HashSet<string> wanted)
    {
        using (gradient)
        {
            var pass = _passes[node.Name];
            var targets = new Tensor?[node.Inputs.Count];
            for (var i = 0; i < targets.Length; i++)
            {
                if (!wanted.Contains(node.Inputs[i]))
                    continue;
                if (!gradients.TryGetValue(node.Inputs[i], out var target))
                    gradients.Add(node.Inputs[i], target = Tensor.Zeros(OutputOf(node.Inputs[i]).Shape));
                targets[i] = target;
            }

            pass.OutputGradient = gradient;
            pass.InputGradients = targets;
            node.Layer.Backward(pass);
            pass.OutputGradient = null;
        }
    }

    private HashSet<string> NodesThatNeedGradients()
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        if (_options.InputGradient)
            wanted.Add(_inputName);
        foreach (var node in _nodes)
        {
            if (node.Inputs.Any(wanted.Contains) || node.Layer.Parameters.Any(parameter => parameter.Trainable))
                wanted.Add(node.Name);
        }

        return wanted;
    }
}
