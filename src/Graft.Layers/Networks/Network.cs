using Graft.Layers.Autograd;
using Graft.Tensors;

namespace Graft.Layers.Networks;

/// <summary>
/// A graph of named layers with one input and one output. Each node is added after its inputs; nodes run in the order
/// in which they were added. The network owns its layers and disposes them.
/// </summary>
/// <remarks>
/// Several threads may run passes at once; the graph and the parameters must not change during a pass.
/// </remarks>
public sealed class Network : ITrainable, IDisposable
{
    /// <summary>The name by which nodes refer to the network's input.</summary>
    public const string InputName = "input";

    private readonly List<NetworkNode> _nodes = [];
    private readonly Dictionary<string, NetworkNode> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shape> _shapes = new(StringComparer.Ordinal);

    /// <summary>Makes a network with no nodes.</summary>
    /// <param name="inputShape">The shape of one input without the batch, for example <c>[224, 224, 3]</c>.</param>
    public Network(Shape inputShape) => InputShape = inputShape;

    /// <summary>The shape of one input, without the batch.</summary>
    public Shape InputShape { get; }

    /// <summary>The nodes in the order in which they run.</summary>
    public IReadOnlyList<NetworkNode> Nodes => _nodes;

    /// <summary>
    /// The name of the node whose output is the network's output: the last one added, or the input if there is none.
    /// </summary>
    public string OutputName => _nodes.Count == 0 ? InputName : _nodes[^1].Name;

    /// <summary>The shape of one output, without the batch.</summary>
    public Shape OutputShape => ShapeOf(OutputName);

    /// <summary>All parameters by full name, <c>node.parameter</c>, in the order of the nodes.</summary>
    public IEnumerable<KeyValuePair<string, Parameter>> Parameters =>
        _nodes.SelectMany(node =>
            node.Layer.Parameters.Select(parameter => KeyValuePair.Create($"{node.Name}.{parameter.Name}", parameter))
        );

    /// <inheritdoc/>
    Network ITrainable.Network => this;

    /// <inheritdoc/>
    string ITrainable.BoundaryNode => InputName;

    /// <summary>Adds a node after the last one.</summary>
    /// <param name="name">A name that is not taken.</param>
    /// <param name="layer">A layer with one input, which the network owns from now on.</param>
    /// <returns>The name.</returns>
    public string Add(string name, Layer layer) => Add(name, layer, OutputName);

    /// <summary>Adds a node.</summary>
    /// <param name="name">A name that is not taken.</param>
    /// <param name="layer">The layer, which the network owns from now on.</param>
    /// <param name="inputs">Names of the nodes whose outputs it reads.</param>
    /// <returns>The name.</returns>
    /// <exception cref="ArgumentException">
    /// The name is taken, an input is unknown, or the layer cannot take the inputs' shapes.
    /// </exception>
    public string Add(string name, Layer layer, params IReadOnlyList<string> inputs)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(inputs);
        if (name == InputName || _byName.ContainsKey(name))
            throw new ArgumentException(
                $"The network already has a node '{name}'; node names are unique.",
                nameof(name)
            );
        if (inputs.Count != layer.InputCount)
            throw new ArgumentException(
                $"Node '{name}': {layer.Kind} takes {layer.InputCount} inputs, {inputs.Count} were given.",
                nameof(inputs)
            );
        var shapes = new Shape[inputs.Count];
        for (var i = 0; i < inputs.Count; i++)
            shapes[i] = Batched(ShapeOf(inputs[i]));
        Shape output;
        try
        {
            output = layer.OutputShape(shapes);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"Node '{name}': {error.Message}", nameof(layer), error);
        }

        var node = new NetworkNode(name, layer, [.. inputs]);
        _nodes.Add(node);
        _byName.Add(name, node);
        _shapes.Add(name, WithoutBatch(output));
        return name;
    }

    /// <summary>Whether there is a node of this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The node with a name.</summary>
    /// <exception cref="KeyNotFoundException">
    /// The network has no such node; the message names the last nodes.
    /// </exception>
    public NetworkNode this[string name] =>
        _byName.TryGetValue(name, out var node)
            ? node
            : throw new KeyNotFoundException(
                $"The network has no node '{name}'. Its last nodes are: "
                    + $"{string.Join(", ", _nodes.TakeLast(5).Select(last => last.Name))}."
            );

    /// <summary>The shape of one output of a node, without the batch.</summary>
    /// <exception cref="KeyNotFoundException">The network has no node of this name.</exception>
    public Shape ShapeOf(string name) => name == InputName ? InputShape : _shapes[this[name].Name];

    /// <summary>
    /// The nodes that <paramref name="name"/> depends on, itself included, in the order in which they run.
    /// </summary>
    public IReadOnlyList<NetworkNode> NodesFor(string name)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal) { name };
        foreach (var node in Enumerable.Reverse(_nodes))
        {
            if (needed.Contains(node.Name))
                needed.UnionWith(node.Inputs);
        }

        return [.. _nodes.Where(node => needed.Contains(node.Name))];
    }

    /// <summary>
    /// Makes a node the output. Every node that it does not depend on is removed and its layer disposed.
    /// </summary>
    /// <param name="name">The node.</param>
    /// <exception cref="KeyNotFoundException">The network has no node of this name.</exception>
    public void CutAt(string name)
    {
        _ = this[name];
        var kept = NodesFor(name).ToHashSet();
        foreach (var node in _nodes.Where(node => !kept.Contains(node)))
        {
            node.Layer.Dispose();
            _byName.Remove(node.Name);
            _shapes.Remove(node.Name);
        }

        _nodes.RemoveAll(node => !kept.Contains(node));
    }

    /// <summary>
    /// Splits the network after a node: this network keeps what the node depends on; the rest becomes a new network.
    /// </summary>
    /// <param name="name">The node, which becomes this network's output.</param>
    /// <returns>A network from that node's output to this network's former output; owned by the caller.</returns>
    /// <exception cref="KeyNotFoundException">The network has no node of this name.</exception>
    /// <exception cref="ArgumentException">
    /// A node after the split reads an output from before it other than the given node's.
    /// </exception>
    public Network SplitAfter(string name)
    {
        var kept = NodesFor(this[name].Name).ToHashSet();
        var rest = _nodes.Where(node => !kept.Contains(node)).ToArray();
        var moved = rest.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        if (
            rest.FirstOrDefault(node => node.Inputs.Any(input => input != name && !moved.Contains(input))) is { } bypass
        )
            throw new ArgumentException(
                $"The network cannot be split after '{name}': node '{bypass.Name}' takes "
                    + $"'{string.Join("', '", bypass.Inputs)}'.",
                nameof(name)
            );
        var tail = new Network(ShapeOf(name));
        foreach (var node in rest)
        {
            tail.Add(node.Name, node.Layer, [.. node.Inputs.Select(input => input == name ? InputName : input)]);
            _nodes.Remove(node);
            _byName.Remove(node.Name);
            _shapes.Remove(node.Name);
        }

        return tail;
    }

    /// <summary>
    /// Appends another network's nodes to this network's output. This network takes ownership of the layers; the other
    /// network is left empty.
    /// </summary>
    /// <param name="head">A network whose input has the shape of this network's output.</param>
    /// <exception cref="ArgumentException">
    /// The shapes differ, or both networks have a node of the same name.
    /// </exception>
    public void Append(Network head)
    {
        ArgumentNullException.ThrowIfNull(head);
        if (head.InputShape != OutputShape)
            throw new ArgumentException(
                $"The head takes {head.InputShape}, but the network outputs {OutputShape}.",
                nameof(head)
            );
        if (head._nodes.FirstOrDefault(node => _byName.ContainsKey(node.Name)) is { } taken)
            throw new ArgumentException(
                $"Both networks have a node '{taken.Name}'; node names are unique.",
                nameof(head)
            );
        var output = OutputName;
        foreach (var node in head._nodes)
            Add(node.Name, node.Layer, [.. node.Inputs.Select(input => input == InputName ? output : input)]);
        head._nodes.Clear();
        head._byName.Clear();
        head._shapes.Clear();
    }

    /// <summary>Runs the layers one by one and keeps what a backward pass needs.</summary>
    /// <param name="input">
    /// <c>[batch, ...]</c> with the shape of <see cref="InputShape"/> after the batch; must stay alive as long as the
    /// pass.
    /// </param>
    /// <param name="options">Mode, random numbers and threads.</param>
    /// <returns>The pass, which the caller disposes; its output lives as long as the pass.</returns>
    /// <exception cref="ArgumentException">The input has the wrong shape.</exception>
    public NetworkPass Forward(Tensor input, PassOptions options) =>
        new(this, _nodes, InputName, input, ownsInput: false, options, TensorMemory.Shared);

    /// <summary>Disposes the layers.</summary>
    public void Dispose()
    {
        foreach (var node in _nodes)
            node.Layer.Dispose();
    }

    internal static Shape Batched(Shape shape) => new([1, .. shape.Dimensions]);

    private static Shape WithoutBatch(Shape shape) => new(shape.Dimensions[1..]);
}
