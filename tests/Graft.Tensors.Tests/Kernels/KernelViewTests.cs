using FsCheck;
using FsCheck.Fluent;
using Graft.Tensors.Kernels.Gemm;
using Graft.Testing;

namespace Graft.Tensors.Tests.Kernels;

[Trait("Category", "Kernels")]
public sealed unsafe class KernelViewTests
{
    [Fact]
    public void Any_part_of_a_kernel_is_read_in_any_order_and_scaled()
    {
        var cases =
            from taps in Gen.Choose(1, 4)
            from inputs in Gen.Choose(1, 70)
            from outputs in Gen.Choose(1, 40)
            from transposed in ArbMap.Default.GeneratorFor<bool>()
            from turned in ArbMap.Default.GeneratorFor<bool>()
            from scaled in ArbMap.Default.GeneratorFor<bool>()
            from part in Gen.Choose(0, int.MaxValue)
            select (taps, inputs, outputs, transposed, turned, scaled, part);
        Prop.ForAll(cases.ToArbitrary(), sample =>
            {
                var (taps, inputs, outputs, transposed, turned, scaled, part) = sample;
                var random = new DeterministicRandom((ulong)part);
                using var kernel = RandomTensors.Uniform(new Shape(taps, inputs, outputs), random);
                using var scale = RandomTensors.Uniform(new Shape(outputs), random);

                // Some of the output channels, as a group has them.
                var firstOfGroup = part % outputs;
                var view = new KernelView(
                    kernel.Pointer,
                    taps,
                    inputs,
                    outputs,
                    scale: scaled ? scale.Pointer : null
                ).OfOutputs(firstOfGroup, outputs - firstOfGroup);
                view = transposed ? view.Transposed() : view;
                view = turned ? view.TurnedRound() : view;
                Assert.Equal(
                    transposed ? (outputs - firstOfGroup, inputs) : (inputs, outputs - firstOfGroup),
                    (view.Inputs, view.Outputs)
                );

                var (firstInput, firstOutput) = (part % view.Inputs, part % view.Outputs);
                var (inputCount, outputCount) = (view.Inputs - firstInput, view.Outputs - firstOutput);
                var width = outputCount + (part % 5);
                using var target = Tensor.Uninitialized(new Shape(inputCount, width));
                for (var tap = 0; tap < taps; tap++)
                {
                    target.Span.Fill(float.NaN);
                    view.Read(tap, (firstInput, inputCount), (firstOutput, outputCount), target.Pointer, width);
                    for (var i = 0; i < inputCount; i++)
                    for (var o = 0; o < width; o++)
                        Assert.Equal(
                            o < outputCount ? Value(tap, firstInput + i, firstOutput + o) : 0,
                            target.Span[(i * width) + o]
                        );
                }

                float Value(int tap, int i, int o)
                {
                    var (input, output) = transposed ? (o, i + firstOfGroup) : (i, o + firstOfGroup);
                    var value = kernel.Span[((((turned ? taps - 1 - tap : tap) * inputs) + input) * outputs) + output];
                    return scaled ? value * scale.Span[output] : value;
                }
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void All_of_a_kernel_becomes_a_tensor()
    {
        using var kernel = Tensor.From(new Shape(2, 1, 3), [1, 2, 3, 4, 5, 6]);
        using var turned = new KernelView(kernel.Pointer, 2, 1, 3).TurnedRound().ToTensor(new Shape(2, 1, 1, 3));
        Assert.Equal([4, 5, 6, 1, 2, 3], turned.Span.ToArray());
    }
}
