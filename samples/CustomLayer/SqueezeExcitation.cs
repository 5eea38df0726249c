using System.Text.Json.Serialization;
using Graft.Layers;
using Graft.Tensors;
using Graft.Weights.Json;
using Graft.Weights.Onnx.Graphs;

/// <summary>
/// Squeeze-and-excitation: weights the channels of an image by what all its pixels have in common, <c>y = x *
/// sigmoid(relu(mean(x) * reduce) * expand)</c>, with the mean over the pixels. Input and output <c>[batch, height,
/// width, channels]</c>. Hu et al., "Squeeze-and-Excitation Networks" (2018), section 3, without biases.
/// </summary>
internal sealed class SqueezeExcitation : Layer
{
    public SqueezeExcitation(int channels, int reduced)
    {
        (Channels, Reduced) = (channels, reduced);
        Reduce = AddParameter("reduce", ParameterRole.Weight, channels, reduced);
        Expand = AddParameter("expand", ParameterRole.Weight, reduced, channels);
    }

    public int Channels { get; }

    public int Reduced { get; }

    /// <summary><c>[channels, reduced]</c>.</summary>
    public Parameter Reduce { get; }

    /// <summary><c>[reduced, channels]</c>.</summary>
    public Parameter Expand { get; }

    public override string Configuration => $"channels {Channels}, reduced {Reduced}";

    public override BackwardReads BackwardReads => BackwardReads.Inputs;

    public override Shape OutputShape(IReadOnlyList<Shape> inputs) =>
        inputs[0].Rank == 4 && inputs[0][3] == Channels
            ? inputs[0]
            : throw Unsuitable(inputs[0], $"[batch, height, width, {Channels}]");

    public override void Forward(LayerPass pass)
    {
        // Kept for the way back: for each image the mean, the reduced values and the gate.
        var saved = Tensor.Uninitialized(new Shape(pass.Input.Shape[0], (2 * Channels) + Reduced));
        pass.Saved = saved;
        pass.Workers.Run(saved.Shape[0], (image, _) =>
        {
            var x = pass.Input.Rows(image);
            var y = pass.Output.Rows(image);
            var mean = Mean(saved, image);
            var reduced = ReducedValues(saved, image);
            var gate = Gate(saved, image);
            mean.Clear();
            for (var i = 0; i < x.Length; i++)
                mean[i % Channels] += x[i] * Channels / x.Length;
            Multiply(mean, Reduce.Value.Span, reduced);
            foreach (ref var value in reduced)
                value = Math.Max(0, value);
            Multiply(reduced, Expand.Value.Span, gate);
            foreach (ref var value in gate)
                value = 1 / (1 + MathF.Exp(-value));
            for (var i = 0; i < x.Length; i++)
                y[i] = x[i] * gate[i % Channels];
        });
    }

    /// <summary>
    /// With <c>s</c> the gate and <c>r</c> the reduced values: <c>dz = s * (1 - s) * sum(dy * x)</c>, <c>dexpand = r^T
    /// dz</c>, <c>dr = dz expand^T</c> where <c>r &gt; 0</c>, <c>dreduce = mean^T dr</c>, and <c>dx = dy * s + dr
    /// reduce^T / pixels</c>.
    /// </summary>
    public override void Backward(LayerPass pass)
    {
        var gradient = pass.RequireOutputGradient();
        var (dz, dr, dmean) = (new float[Channels], new float[Reduced], new float[Channels]);
        for (var image = 0; image < gradient.Shape[0]; image++)
        {
            var x = pass.Input.Rows(image);
            var dy = gradient.Rows(image);
            var reduced = ReducedValues(pass.Saved!, image);
            var gate = Gate(pass.Saved!, image);
            Array.Clear(dz);
            for (var i = 0; i < x.Length; i++)
                dz[i % Channels] += dy[i] * x[i];
            for (var c = 0; c < Channels; c++)
                dz[c] *= gate[c] * (1 - gate[c]);
            MultiplyTransposed(dz, Expand.Value.Span, dr);
            for (var r = 0; r < Reduced; r++)
                dr[r] = reduced[r] > 0 ? dr[r] : 0;
            if (Expand.Trainable)
                AddOuter(reduced, dz, Expand.RequireGradient().Span);
            if (Reduce.Trainable)
                AddOuter(Mean(pass.Saved!, image), dr, Reduce.RequireGradient().Span);
            if (pass.InputGradients[0] is not { } target)
                continue;
            MultiplyTransposed(dr, Reduce.Value.Span, dmean);
            var dx = target.Rows(image);
            for (var i = 0; i < dx.Length; i++)
                dx[i] += (dy[i] * gate[i % Channels]) + (dmean[i % Channels] * Channels / x.Length);
        }
    }

    /// <summary>The layer's entry for saved architectures.</summary>
    public static LayerFormat Format { get; } =
        LayerFormat.Create<SqueezeExcitation, SqueezeExcitationOptions>(
            SqueezeExcitationJson.Default.SqueezeExcitationOptions,
            layer => new(layer.Channels, layer.Reduced),
            options => new(options.Channels, options.Reduced)
        );

    /// <summary>The layer's entry for ONNX: operators that every runtime has, and Graft too.</summary>
    public static void WriteOnnx(OnnxLayerGraph graph)
    {
        var layer = (SqueezeExcitation)graph.Node.Layer;
        var mean = graph.Emit("GlobalAveragePool", "mean", [graph.Input()]);
        var reduced = graph.Emit("Conv", "reduce", [mean, Kernel(graph, layer.Reduce)]);
        var rectified = graph.Emit("Relu", "relu", [reduced]);
        var expanded = graph.Emit("Conv", "expand", [rectified, Kernel(graph, layer.Expand)]);
        var gate = graph.Emit("Sigmoid", "gate", [expanded]);
        graph.Define(graph.Emit("Mul", "", [graph.Input(), gate]));
    }

    /// <summary>A matrix <c>[inputs, outputs]</c> as ONNX's kernel <c>[outputs, inputs, 1, 1]</c>.</summary>
    private static string Kernel(OnnxLayerGraph graph, Parameter matrix)
    {
        var (inputs, outputs) = (matrix.Shape[0], matrix.Shape[1]);
        var kernel = new float[inputs * outputs];
        for (var i = 0; i < inputs; i++)
        for (var o = 0; o < outputs; o++)
            kernel[(o * inputs) + i] = matrix.Value.Span[(i * outputs) + o];
        return graph.Constant(matrix.Name, [outputs, inputs, 1, 1], kernel);
    }

    private Span<float> Mean(Tensor saved, int image) => saved.Rows(image)[..Channels];

    private Span<float> ReducedValues(Tensor saved, int image) => saved.Rows(image).Slice(Channels, Reduced);

    private Span<float> Gate(Tensor saved, int image) => saved.Rows(image)[(Channels + Reduced)..];

    private static void Multiply(ReadOnlySpan<float> row, ReadOnlySpan<float> matrix, Span<float> result)
    {
        result.Clear();
        for (var i = 0; i < row.Length; i++)
        for (var j = 0; j < result.Length; j++)
            result[j] += row[i] * matrix[(i * result.Length) + j];
    }

    private static void MultiplyTransposed(ReadOnlySpan<float> row, ReadOnlySpan<float> matrix, Span<float> result)
    {
        result.Clear();
        for (var i = 0; i < result.Length; i++)
        for (var j = 0; j < row.Length; j++)
            result[i] += row[j] * matrix[(i * row.Length) + j];
    }

    private static void AddOuter(ReadOnlySpan<float> rows, ReadOnlySpan<float> columns, Span<float> matrix)
    {
        for (var i = 0; i < rows.Length; i++)
        for (var j = 0; j < columns.Length; j++)
            matrix[(i * columns.Length) + j] += rows[i] * columns[j];
    }
}

/// <summary>The options in a saved architecture.</summary>
internal sealed record SqueezeExcitationOptions(int Channels, int Reduced);

/// <summary>Reads and writes the options without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SqueezeExcitationOptions))]
internal sealed partial class SqueezeExcitationJson : JsonSerializerContext;
