namespace Graft.Tensors.Kernels.Gemm;

/// <summary>A number of rows or vectors that is known when a kernel is compiled.</summary>
internal interface ITileSize
{
    /// <summary>The number.</summary>
    static abstract int Count { get; }
}

/// <summary>One.</summary>
internal readonly struct One : ITileSize
{
    public static int Count => 1;
}

/// <summary>Two.</summary>
internal readonly struct Two : ITileSize
{
    public static int Count => 2;
}

/// <summary>Four.</summary>
internal readonly struct Four : ITileSize
{
    public static int Count => 4;
}

/// <summary>Six.</summary>
internal readonly struct Six : ITileSize
{
    public static int Count => 6;
}
