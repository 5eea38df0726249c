using Graft.Weights.Onnx.Messages;

namespace Graft.Weights.Onnx.Graphs;

/// <summary>An attribute of an ONNX node to write. Immutable.</summary>
public readonly struct OnnxOperatorOption
{
    private OnnxOperatorOption(AttributeProto message) => Message = message;

    internal AttributeProto Message { get; }

    /// <summary>An attribute that is an integer.</summary>
    /// <param name="name">The name that the operator's specification gives.</param>
    /// <param name="value">The value.</param>
    public static OnnxOperatorOption Integer(string name, long value) =>
        new(
            new()
            {
                Name = name,
                I = value,
                Type = AttributeProto.Types.AttributeType.Int,
            }
        );

    /// <summary>An attribute that is a number.</summary>
    /// <param name="name">The name that the operator's specification gives.</param>
    /// <param name="value">The value.</param>
    public static OnnxOperatorOption Float(string name, float value) =>
        new(
            new()
            {
                Name = name,
                F = value,
                Type = AttributeProto.Types.AttributeType.Float,
            }
        );

    /// <summary>An attribute that is a list of integers.</summary>
    /// <param name="name">The name that the operator's specification gives.</param>
    /// <param name="values">The values.</param>
    public static OnnxOperatorOption Integers(string name, params ReadOnlySpan<int> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (var value in values)
            attribute.Ints.Add(value);
        return new(attribute);
    }
}
