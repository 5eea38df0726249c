using Graft.Engines;
using Microsoft.ML.OnnxRuntime;

namespace Graft.OnnxRuntime.Tests;

public sealed class ProviderOrderTests
{
    /// <summary>The names and their order are those of ONNX Runtime's documentation, "Execution Providers".</summary>
    [Theory]
    [InlineData(OnnxRuntimeProvider.Cpu, "CPUExecutionProvider")]
    [InlineData(OnnxRuntimeProvider.Cuda, "CUDAExecutionProvider, CPUExecutionProvider")]
    [InlineData(OnnxRuntimeProvider.TensorRT, "TensorrtExecutionProvider, CUDAExecutionProvider, CPUExecutionProvider")]
    [InlineData(OnnxRuntimeProvider.DirectML, "DmlExecutionProvider, CPUExecutionProvider")]
    [InlineData(OnnxRuntimeProvider.CoreML, "CoreMLExecutionProvider, CPUExecutionProvider")]
    [InlineData(OnnxRuntimeProvider.OpenVINO, "OpenVINOExecutionProvider, CPUExecutionProvider")]
    public void The_wanted_provider_comes_first_and_the_CPU_last(OnnxRuntimeProvider provider, string expected) =>
        Assert.Equal(expected, string.Join(", ", ProviderOrder.Of(provider)));

    [Fact]
    public void Every_provider_has_a_name_of_its_own_for_commands_and_keys()
    {
        Assert.Equal(["cpu", "cuda", "tensorrt", "directml", "coreml", "openvino"], OnnxRuntimeEngine.Entry.Variants);
        var engine = new EngineSet(OnnxRuntimeEngine.Entry).Create("onnxruntime");
        Assert.Equal("onnxruntime:cpu", engine.Name);
        Assert.Equal($"onnxruntime {OrtEnv.Instance().GetVersionString()} cpu, 1", engine.Numerics);
    }

    [Fact]
    public void A_provider_that_the_library_lacks_is_an_error_with_its_package()
    {
        var available = OrtEnv.Instance().GetAvailableProviders();
        foreach (var provider in Enum.GetValues<OnnxRuntimeProvider>())
        {
            var missing = ProviderOrder.Of(provider).FirstOrDefault(name => !available.Contains(name));
            if (missing is null)
            {
                Assert.Equal(provider, new OnnxRuntimeEngine(provider).Provider);
                continue;
            }

            var error = Assert.Throws<EngineException>(() => new OnnxRuntimeEngine(provider));
            Assert.Contains(missing, error.Message);
            Assert.Contains(string.Join(", ", available), error.Message);
            Assert.Contains("-p:GraftOnnxRuntime=", error.Message);
        }
    }
}
