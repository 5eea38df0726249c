using Graft.Tensors.Kernels.Gemm;

namespace Graft.Tensors.Kernels.Convolution;

/// <summary>The rows of one group of channels within the rows of all channels.</summary>
/// <param name="all">The rows with all channels.</param>
/// <param name="firstChannel">The group's first channel.</param>
/// <param name="channels">The number of channels in the group.</param>
internal sealed unsafe class GroupRows(RowSource all, int firstChannel, int channels) : RowSource
{
    public override int Taps => all.Taps;

    public override int TapLength => channels;

    /// <summary>Creates the rows of a group; returns the rows themselves if there is one group.</summary>
    /// <param name="all">The rows with all channels.</param>
    /// <param name="group">The group's index.</param>
    /// <param name="channels">The number of channels in each group.</param>
    public static RowSource Create(RowSource all, int group, int channels) =>
        channels == all.TapLength ? all : new GroupRows(all, group * channels, channels);

    public override void Locate(int firstRow, int rowCount, float** pointers, int stride)
    {
        all.Locate(firstRow, rowCount, pointers, stride);
        for (var i = 0; i < all.Taps * stride; i++)
            pointers[i] += firstChannel;
    }
}
