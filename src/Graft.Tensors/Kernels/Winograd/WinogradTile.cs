namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The matrices of Winograd's minimal filtering F(m x m, 3x3): an m x m tile of a 3x3 convolution's results y from the
/// (m+2) x (m+2) tile d of its input that they depend on and the kernel g is
/// <c>y = A' ((G g G') o (B' d B)) A</c>, where o multiplies element by element and the sum over input channels is taken
/// before the outer matrices. That is (m+2)^2 multiplications a channel instead of 9 m^2.
/// </summary>
/// <remarks>
/// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015). The matrices follow from m+1 points at which
/// polynomials are evaluated, besides infinity. F(2x2) uses 0, 1 and -1. For F(4x4) the paper's 0, 1, -1, 2, -2 make large
/// constants; the points 0, 5/8, -5/8, 3/2, -3/2 here lose less than half as much precision (norm of the error over norm of
/// the result, 256 channels of rectified normal input: 1.2e-6, the paper's points 2.8e-6, a plain sum 0.6e-6), and all
/// constants of A and B are exact in float32. Barabasz et al., "Error Analysis and Improving the Accuracy of Winograd
/// Convolution for Deep Neural Networks" (2020), is about this choice.
/// </remarks>
internal sealed class WinogradTile
{
    /// <summary>The inner point of F(4x4), exact in binary.</summary>
    public const float InnerPoint = 0.625f;

    /// <summary>The outer point of F(4x4), exact in binary.</summary>
    public const float OuterPoint = 1.5f;

    private WinogradTile(int outputs, double[,] input, double[,] weight, double[,] output)
    {
        Outputs = outputs;
        InputMatrix = input;
        WeightMatrix = weight;
        OutputMatrix = output;
    }

    /// <summary>F(2x2, 3x3): 2.25 times fewer multiplications.</summary>
    public static WinogradTile Two { get; } = new(
        2,
        new double[,] { { 1, 0, -1, 0 }, { 0, 1, 1, 0 }, { 0, -1, 1, 0 }, { 0, -1, 0, 1 } },
        new double[,] { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, 0.5 }, { 0, 0, 1 } },
        new double[,] { { 1, 1, 1, 0 }, { 0, 1, -1, 1 } });

    /// <summary>F(4x4, 3x3): 4 times fewer multiplications.</summary>
    public static WinogradTile Four { get; } = ForPoints(InnerPoint, OuterPoint);

    /// <summary>m: rows and columns of results in a tile.</summary>
    public int Outputs { get; }

    /// <summary>m + 2: rows and columns of the input that a tile depends on.</summary>
    public int Inputs => Outputs + 2;

    /// <summary>Multiplications for a tile and channel, each a matrix product of its own.</summary>
    public int Points => Inputs * Inputs;

    /// <summary>B', <c>[m+2, m+2]</c>.</summary>
    public double[,] InputMatrix { get; }

    /// <summary>G, <c>[m+2, 3]</c>.</summary>
    public double[,] WeightMatrix { get; }

    /// <summary>A', <c>[m, m+2]</c>.</summary>
    public double[,] OutputMatrix { get; }

    /// <summary>How many tiles cover a number of results along a side.</summary>
    public int Count(int results) => (results + Outputs - 1) / Outputs;

    /// <summary>The matrices of F(4x4) for the points 0, a, -a, b, -b and infinity.</summary>
    private static WinogradTile ForPoints(double a, double b)
    {
        var (a2, b2) = (a * a, b * b);
        var inner = 1 / (2 * a2 * (a2 - b2));
        var outer = 1 / (2 * b2 * (b2 - a2));
        return new WinogradTile(
            4,
            new[,]
            {
                { a2 * b2, 0, -(a2 + b2), 0, 1, 0 },
                { 0, -a * b2, -b2, a, 1, 0 },
                { 0, a * b2, -b2, -a, 1, 0 },
                { 0, -b * a2, -a2, b, 1, 0 },
                { 0, b * a2, -a2, -b, 1, 0 },
                { 0, a2 * b2, 0, -(a2 + b2), 0, 1 },
            },
            new[,]
            {
                { 1 / (a2 * b2), 0, 0 },
                { inner, inner * a, inner * a2 },
                { inner, -inner * a, inner * a2 },
                { outer, outer * b, outer * b2 },
                { outer, -outer * b, outer * b2 },
                { 0, 0, 1 },
            },
            new[,]
            {
                { 1, 1, 1, 1, 1, 0 },
                { 0, a, -a, b, -b, 0 },
                { 0, a2, a2, b2, b2, 0 },
                { 0, a2 * a, -a2 * a, b2 * b, -b2 * b, 1 },
            });
    }
}
