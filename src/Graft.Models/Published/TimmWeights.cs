using Graft.Imaging;
using Graft.Models.Downloads;
using Graft.Models.Networks;

namespace Graft.Models.Published;

/// <summary>
/// ImageNet weights that timm publishes on the Hugging Face hub, under timm's own names. The input sizes and the crops
/// (as a fraction of the resized image's side) are from the tables in timm's source code. The hub's server states the
/// SHA-256 of each file, which is recorded when the file is first fetched.
/// </summary>
internal static class TimmWeights
{
    private const string Hub = "https://huggingface.co/timm/";

    private const int BytesPerParameter = sizeof(float);

    private sealed record Row(
        string Name,
        string Architecture,
        double Millions,
        int Size,
        double Crop,
        Interpolation Interpolation = Interpolation.Bicubic
    );

    private static readonly Row[] Rows =
    [
        new("resnet18.a1_in1k", "resnet18", 11.7, 224, 0.95),
        new("resnet34.a1_in1k", "resnet34", 21.8, 224, 0.95),
        new("resnet50.a1_in1k", "resnet50_v1.5", 25.6, 224, 0.95),
        new("resnet101.a1h_in1k", "resnet101_v1.5", 44.5, 224, 0.95),
        new("resnet152.a1h_in1k", "resnet152_v1.5", 60.2, 224, 0.95),
        new("mobilenetv2_100.ra_in1k", "mobilenet_v2", 3.5, 224, 0.875),
        new("mobilenetv3_large_100.ra_in1k", "mobilenet_v3_large", 5.5, 224, 0.875),
        new("mobilenetv3_small_100.lamb_in1k", "mobilenet_v3_small", 2.5, 224, 0.875),
        new("efficientnet_b0.ra_in1k", "efficientnet_b0", 5.3, 224, 0.875),
        new("efficientnet_b1.ft_in1k", "efficientnet_b1", 7.8, 224, 1),
        new("efficientnet_b2.ra_in1k", "efficientnet_b2", 9.1, 256, 1),
        new("efficientnet_b3.ra2_in1k", "efficientnet_b3", 12.2, 288, 1),
    ];

    /// <summary>All weights of timm.</summary>
    public static IEnumerable<PretrainedInfo> All =>
        Rows.Select(static row =>
        {
            var architecture = Architectures.Find(row.Architecture);
            return new PretrainedInfo
            {
                Name = row.Name,
                Title = $"{architecture.Title}, trained on ImageNet (timm)",
                Architecture = architecture,
                Preprocessing = Preprocessing.Torchvision(row.Size) with
                {
                    ShorterSide = (int)(row.Size / row.Crop),
                    Interpolation = row.Interpolation,
                },
                ClassCount = ImageNetLabels.All.Count,
                Labels = ImageNetLabels.All,
                TrainedOn = ImageNetLabels.DataSet,
                Licence = "Apache-2.0 (timm)",
                Source = "timm, on the Hugging Face hub",
                Origin = new WebWeights(
                    new WebFile(new Uri($"{Hub}{row.Name}/resolve/main/model.safetensors")),
                    (long)(row.Millions * 1e6 * BytesPerParameter)
                ),
            };
        });
}
