using Graft.OnnxRuntime;

namespace Graft.Engines.Tests;

/// <summary>This project has ONNX Runtime's managed part, but no native library.</summary>
public sealed class MissingLibraryTests
{
    [Theory]
    [InlineData("onnxruntime")]
    [InlineData("onnxruntime:cuda")]
    public void A_missing_library_is_an_error_that_names_the_package(string name)
    {
        var engines = new EngineSet(OnnxRuntimeEngine.Entry);
        // The second time too: the first attempt must not leave a half-started library behind.
        for (var time = 0; time < 2; time++)
        {
            var error = Assert.Throws<EngineException>(() => engines.Create(name));
            Assert.Contains("Starting ONNX Runtime failed", error.Message);
            Assert.Contains("native library", error.Message);
            Assert.Contains("Microsoft.ML.OnnxRuntime", error.Message);
            Assert.Contains("-p:GraftOnnxRuntime=", error.Message);
            Assert.IsType<DllNotFoundException>(error.GetBaseException());
        }
    }
}
