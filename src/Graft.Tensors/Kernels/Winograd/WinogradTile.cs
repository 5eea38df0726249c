namespace Graft.Tensors.Kernels.Winograd;

/// <summary>
/// The matrices of Winograd's minimal filtering F(m x m, 3x3). An m x m tile of a 3x3 convolution's results y is
/// computed from the (m+2) x (m+2) tile d of the input that it depends on and from the kernel g as <c>y = A' ((G g G')
/// o (B' d B)) A</c>, where o multiplies element by element; the sum over input channels is taken before the outer
/// matrices are applied. This needs (m+2)^2 multiplications per channel instead of 9 m^2.
/// </summary>
/// <remarks>
/// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015). The matrices follow from m+1 points at
/// which polynomials are evaluated, and infinity. For F(4x4) the paper's points 0, 1, -1, 2, -2 give large constants.
/// The points 0, 5/8, -5/8, 3/2, -3/2 used here lose less than half as much precision (norm of the error over norm of
/// the result, 256 channels of ReLU of normally distributed input: 1.2e-6, the paper's points 2.8e-6, a plain sum
/// 0.6e-6), and all constants of A and B are exact in float32. On the choice of points see Barabasz et al., "Error
/// Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks" (2020).
/// <para>
/// Smaller tiles use a subset of the large tile's points, so that tiles of all sizes, square or not, share one set of
/// weights. The weights at a point differ by a factor between sizes; here the factor is in B. Matrices have the rows or
/// columns of all six points; those of points that a tile does not use are zero.
/// </para>
/// </remarks>
internal sealed class WinogradTile
{
    /// <summary>The number of points along a side of the large tile.</summary>
    public const int SidePoints = 6;

    /// <summary>
    /// The number of points of the large tile: multiplications for a tile and channel. Each point has its own matrix
    /// product.
    /// </summary>
    public const int AllPoints = SidePoints * SidePoints;

    /// <summary>The inner point of F(4x4), exact in binary.</summary>
    public const float InnerPoint = 0.625f;

    /// <summary>The outer point of F(4x4), exact in binary.</summary>
    public const float OuterPoint = 1.5f;

    /// <summary>The finite points, in the order of rows and columns; infinity comes last.</summary>
    private static readonly double[] Places = [0, InnerPoint, -InnerPoint, OuterPoint, -OuterPoint];

    private WinogradTile(int outputs)
    {
        Outputs = outputs;
        Points = [.. Enumerable.Range(0, outputs + 1), SidePoints - 1];
        InputMatrix = new double[SidePoints, Inputs];
        OutputMatrix = new double[outputs, SidePoints];
        var finite = Points[..^1];
        foreach (var point in finite)
        {
            // The polynomial that is zero at the tile's other points, times the factor that corrects the weights for
            // this size.
            var row = PolynomialWithRoots(finite.Where(other => other != point));
            var factor = Enumerable
                .Range(outputs + 1, Places.Length - outputs - 1)
                .Aggregate(1.0, (product, other) => product * (Places[point] - Places[other]));
            for (var i = 0; i < row.Length; i++)
                InputMatrix[point, i] = row[i] * factor;
            for (var i = 0; i < outputs; i++)
                OutputMatrix[i, point] = Math.Pow(Places[point], i);
        }

        var last = PolynomialWithRoots(finite);
        for (var i = 0; i < last.Length; i++)
            InputMatrix[SidePoints - 1, i] = last[i];
        OutputMatrix[outputs - 1, SidePoints - 1] = 1;
    }

    /// <summary>Tiles of 2x2 results.</summary>
    public static WinogradTile Two { get; } = new(2);

    /// <summary>Tiles of 3x3 results.</summary>
    public static WinogradTile Three { get; } = new(3);

    /// <summary>Tiles of 4x4 results: 4 times fewer multiplications than a plain sum.</summary>
    public static WinogradTile Four { get; } = new(4);

    /// <summary>For each point along a side, the first point that tiles of the same sizes use.</summary>
    public static int[] FirstOfSameUse { get; } =
    [.. Enumerable.Range(0, SidePoints).Select(point => Array.FindIndex(Uses(), use => use == Uses()[point]))];

    /// <summary>G, <c>[6, 3]</c>, of all sizes.</summary>
    public static double[,] WeightMatrix { get; } = MakeWeightMatrix();

    /// <summary>m: the number of results along a side.</summary>
    public int Outputs { get; }

    /// <summary>m + 2: the number of input pixels along a side that a tile depends on.</summary>
    public int Inputs => Outputs + 2;

    /// <summary>
    /// The m + 2 of the <see cref="SidePoints"/> points along a side that the tile uses, in ascending order.
    /// </summary>
    public int[] Points { get; }

    /// <summary>B', <c>[6, m+2]</c>.</summary>
    public double[,] InputMatrix { get; }

    /// <summary>A', <c>[m, 6]</c>.</summary>
    public double[,] OutputMatrix { get; }

    private static (bool Two, bool Three, bool Four)[] Uses() =>
        [
            .. Enumerable
                .Range(0, SidePoints)
                .Select(point =>
                    (Two.Points.Contains(point), Three.Points.Contains(point), Four.Points.Contains(point))
                ),
        ];

    private static double[,] MakeWeightMatrix()
    {
        var matrix = new double[SidePoints, 3];
        for (var point = 0; point < Places.Length; point++)
        {
            var factor =
                1
                / Places
                    .Where((_, other) => other != point)
                    .Aggregate(1.0, (product, other) => product * (Places[point] - other));
            for (var i = 0; i < 3; i++)
                matrix[point, i] = factor * Math.Pow(Places[point], i);
        }

        matrix[SidePoints - 1, 2] = 1;
        return matrix;
    }

    /// <summary>
    /// The coefficients of a polynomial that is zero at some points, the lowest power first; the highest coefficient is
    /// 1.
    /// </summary>
    private static double[] PolynomialWithRoots(IEnumerable<int> points)
    {
        double[] polynomial = [1];
        foreach (var point in points)
        {
            var next = new double[polynomial.Length + 1];
            for (var i = 0; i < polynomial.Length; i++)
            {
                next[i] -= Places[point] * polynomial[i];
                next[i + 1] += polynomial[i];
            }

            polynomial = next;
        }

        return polynomial;
    }
}
