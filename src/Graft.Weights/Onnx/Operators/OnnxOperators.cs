using Graft.Layers.Activations;
using Graft.Layers.Convolution;
using Graft.Layers.Linear;
using Graft.Layers.Merging;
using Graft.Layers.Normalization;
using Graft.Layers.Pooling;
using Graft.Layers.Regularization;
using Graft.Layers.Reshaping;
using Graft.Weights.Onnx.Graphs;

namespace Graft.Weights.Onnx.Operators;

/// <summary>The registration of all layers that can be written and all operators that can be read.</summary>
internal static class OnnxOperators
{
    private static readonly Dictionary<Type, OnnxLayerWriter> Writers = new()
    {
        [typeof(Add)] = MergingOperators.WriteAdd,
        [typeof(AdaptiveAveragePooling2D)] = PoolingOperators.WriteAdaptiveAveragePool,
        [typeof(AveragePooling2D)] = PoolingOperators.WriteAveragePool,
        [typeof(BatchNormalization)] = NormalizationOperators.WriteBatchNormalization,
        [typeof(ChannelNormalization)] = PreprocessingOperators.Write,
        [typeof(Concatenate)] = MergingOperators.WriteConcat,
        [typeof(Convolution2D)] = ConvolutionOperators.WriteConv,
        [typeof(Dense)] = LinearOperators.WriteGemm,
        [typeof(Dropout)] = RegularizationOperators.WriteDropout,
        [typeof(Flatten)] = ReshapingOperators.WriteFlatten,
        [typeof(GlobalAveragePooling1D)] = PoolingOperators.WriteMeanOfTokens,
        [typeof(GlobalAveragePooling2D)] = PoolingOperators.WriteGlobalAveragePool,
        [typeof(HardSigmoid)] = SmoothActivationOperators.WriteHardSigmoid,
        [typeof(HardSwish)] = SmoothActivationOperators.WriteHardSwish,
        [typeof(LogSoftmax)] = ActivationOperators.WriteLogSoftmax,
        [typeof(MaxPooling2D)] = PoolingOperators.WriteMaxPool,
        [typeof(MeanImageSubtraction)] = MeanImageOperators.WriteSub,
        [typeof(Multiply)] = MergingOperators.WriteMul,
        [typeof(ReLU)] = ActivationOperators.WriteReLU,
        [typeof(Sigmoid)] = SmoothActivationOperators.WriteSigmoid,
        [typeof(Softmax)] = ActivationOperators.WriteSoftmax,
        [typeof(StochasticDepth)] = RegularizationOperators.WriteStochasticDepth,
        [typeof(Swish)] = SmoothActivationOperators.WriteSwish,
        [typeof(ZeroPadding2D)] = ConvolutionOperators.WritePad,
    };

    private static readonly Dictionary<string, OnnxNodeMapping> Readers = new(StringComparer.Ordinal)
    {
        ["Add"] = MergingOperators.ReadAdd,
        ["AveragePool"] = PoolingOperators.ReadAveragePool,
        ["BatchNormalization"] = NormalizationOperators.ReadBatchNormalization,
        ["Clip"] = ActivationOperators.ReadClip,
        ["Concat"] = MergingOperators.ReadConcat,
        ["Conv"] = ConvolutionOperators.ReadConv,
        ["Div"] = PreprocessingOperators.Read,
        ["Dropout"] = RegularizationOperators.ReadDropout,
        ["Flatten"] = ReshapingOperators.ReadFlatten,
        ["Gather"] = PreprocessingOperators.Read,
        ["Gemm"] = LinearOperators.ReadGemm,
        ["GlobalAveragePool"] = PoolingOperators.ReadGlobalAveragePool,
        ["GlobalMaxPool"] = PoolingOperators.ReadGlobalMaxPool,
        ["HardSigmoid"] = SmoothActivationOperators.ReadHardSigmoid,
        ["HardSwish"] = SmoothActivationOperators.ReadHardSwish,
        ["Identity"] = ReshapingOperators.ReadIdentity,
        ["Cast"] = ReshapingOperators.ReadIdentity,
        ["MaxPool"] = PoolingOperators.ReadMaxPool,
        ["LogSoftmax"] = ActivationOperators.ReadLogSoftmax,
        ["MatMul"] = LinearOperators.ReadMatMul,
        ["Mul"] = MergingOperators.ReadMul,
        ["Pad"] = ConvolutionOperators.ReadPad,
        ["ReduceMean"] = PoolingOperators.ReadReduceMean,
        ["Relu"] = ActivationOperators.ReadRelu,
        ["Reshape"] = ReshapingOperators.ReadReshape,
        ["Sigmoid"] = SmoothActivationOperators.ReadSigmoid,
        ["Softmax"] = ActivationOperators.ReadSoftmax,
        ["Squeeze"] = ReshapingOperators.ReadSqueeze,
        ["Sub"] = MeanImageOperators.ReadSub,
        ["Transpose"] = ReshapingOperators.ReadTranspose,
        ["Unsqueeze"] = ReshapingOperators.ReadUnsqueeze,
    };

    /// <summary>The table of all layers and operators.</summary>
    public static OnnxOperatorTable Table { get; } = new(Writers, Readers);
}
