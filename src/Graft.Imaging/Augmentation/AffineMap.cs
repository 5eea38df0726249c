namespace Graft.Imaging.Augmentation;

/// <summary>
/// An affine map of the plane: <c>x' = XX x + XY y + X0</c>, <c>y' = YX x + YY y + Y0</c>. Lengths are in pixels; the y
/// axis points down.
/// </summary>
internal readonly record struct AffineMap(double XX, double XY, double X0, double YX, double YY, double Y0)
{
    public static AffineMap Scaling(double x, double y) => new(x, 0, 0, 0, y, 0);

    public static AffineMap Translation(double x, double y) => new(1, 0, x, 0, 1, y);

    /// <summary>A clockwise rotation, as displayed.</summary>
    public static AffineMap Rotation(double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        return new(cosine, -sine, 0, sine, cosine, 0);
    }

    /// <summary>
    /// A horizontal shear: each row is shifted to the right of the row below by the tangent of the angle.
    /// </summary>
    public static AffineMap Shear(double degrees) => new(1, -Math.Tan(degrees * Math.PI / 180), 0, 0, 1, 0);

    public double X(double x, double y) => (XX * x) + (XY * y) + X0;

    public double Y(double x, double y) => (YX * x) + (YY * y) + Y0;

    /// <summary>This map followed by another.</summary>
    public AffineMap Then(in AffineMap next) =>
        new(
            (next.XX * XX) + (next.XY * YX),
            (next.XX * XY) + (next.XY * YY),
            next.X(X0, Y0),
            (next.YX * XX) + (next.YY * YX),
            (next.YX * XY) + (next.YY * YY),
            next.Y(X0, Y0)
        );

    /// <summary>The inverse map. The determinant must not be zero.</summary>
    public AffineMap Inverse()
    {
        var determinant = (XX * YY) - (XY * YX);
        var (xx, xy, yx, yy) = (YY / determinant, -XY / determinant, -YX / determinant, XX / determinant);
        return new(xx, xy, -((xx * X0) + (xy * Y0)), yx, yy, -((yx * X0) + (yy * Y0)));
    }
}
