using System.Text.Json;
using Graft.Tensors;
using Graft.Weights.Onnx;
using Graft.Weights.PyTorch;

namespace Graft.Weights.Tests.Onnx;

/// <summary>
/// Whole architectures that torchvision exported give torchvision's answers. Samples/export_torchvision.py makes them,
/// too large to be kept; GRAFT_TORCHVISION_EXPORTS names the folder.
/// </summary>
[Trait("Category", "Slow")]
public sealed class TorchvisionExportTests
{
    private const double Tolerance = 1e-4;

    [Fact]
    public void Exports_of_torchvision_give_its_answers()
    {
        var folder = Environment.GetEnvironmentVariable("GRAFT_TORCHVISION_EXPORTS");
        if (folder is null)
            Assert.Skip("GRAFT_TORCHVISION_EXPORTS names no folder that export_torchvision.py filled.");
        using var answers = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "answers.json")));
        Assert.All(answers.RootElement.EnumerateObject(), answer =>
        {
            using var model = OnnxModel.Read(Path.Combine(folder, $"{answer.Name}.onnx"));
            var size = answer.Value.GetProperty("size").GetInt32();
            using var input = Tensor.Uninitialized(new Shape(1, size, size, 3));
            for (var i = 0; i < input.Length; i++)
                input.Span[(i % (size * size) * 3) + (i / (size * size))] = (float)((i * 7919L % 1000 / 500.0) - 1);
            var actual = NetworkText.Run(model.Network, input);
            var expected = answer
                .Value.GetProperty("output")
                .EnumerateArray()
                .Select(value => value.GetDouble())
                .ToArray();
            var (difference, norm) = (0.0, 0.0);
            for (var i = 0; i < expected.Length; i++)
            {
                difference += Math.Pow(actual[i] - expected[i], 2);
                norm += Math.Pow(expected[i], 2);
            }

            var relative = Math.Sqrt(difference / norm);
            TestContext.Current.SendDiagnosticMessage($"{answer.Name}: {relative:E2}");
            Assert.True(relative <= Tolerance, $"{answer.Name}: the outputs differ by {relative:E2} of their norm.");

            using var state = PyTorchFile.Open(Path.Combine(folder, $"{answer.Name}.pth"));
            foreach (var name in state.Names)
                state.Read(name).Dispose();
        });
    }
}
