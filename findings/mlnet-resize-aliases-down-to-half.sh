#!/usr/bin/env bash
# Microsoft.ML.ImageAnalytics 5.0.1 (SkiaSharp 2.88.9), ResizeImages with its defaults.
#
# One would expect: an image that is made smaller is averaged, more so the smaller it gets, as Pillow, torchvision's
# transforms and Keras's antialias do. Seen: down to half the size nothing is averaged, each pixel is a mix of at most
# 2 x 2 others, so fine detail becomes false patterns; at half the size and below it is averaged well, all at once. Stripes
# of one pixel, black and white, must become a plain grey at any of the sizes below, because 224 pixels cannot show them.
# They do for an image of 448 pixels, but one of 440 keeps almost the whole contrast, in a pattern that is not there.
#
# It matters to whoever compares a network in ML.NET with the same network elsewhere: a dataset of 400-pixel photos gives
# other features for the same weights. Compare on pixels that are resized already.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.ImageAnalytics" Version="[5.0.1]" />
    <PackageReference Include="SkiaSharp" Version="[2.88.9]" />
    <PackageReference Include="SkiaSharp.NativeAssets.Linux.NoDependencies" Version="[2.88.9]" />
  </ItemGroup>
</Project>
PROJECT

cat > Program.cs <<'PROGRAM'
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

const int To = 224;
foreach (var size in new[] { 420, 440, 448, 460, 800 })
{
    var pixels = new byte[size * size * 4];
    for (var i = 0; i < size * size; i++)
    {
        var grey = (byte)(i % size % 2 * 255);
        (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2], pixels[(4 * i) + 3]) = (grey, grey, grey, 255);
    }

    using var image = MLImage.CreateFromPixels(size, size, MLPixelFormat.Bgra32, pixels);
    var context = new MLContext(seed: 0);
    var data = context.Data.LoadFromEnumerable(new[] { new Input { Image = image } });
    var steps = context.Transforms.ResizeImages("Small", To, To, "Image")
        .Append(context.Transforms.ExtractPixels("Pixels", "Small"));
    var values = context.Data.CreateEnumerable<Output>(steps.Fit(data).Transform(data), false).Single().Pixels;
    Console.WriteLine($"{size} -> {To}: values from {values.Min()} to {values.Max()}");
}

internal sealed class Input
{
    [ImageType(1, 1)]
    public MLImage Image { get; set; }
}

internal sealed class Output
{
    public float[] Pixels { get; set; }
}
PROGRAM

dotnet run -c Release 2> errors | tee output || { cat errors; exit 1; }
contrast() { sed -n "s/^$1 -> 224: values from \([0-9]*\) to \([0-9]*\)$/\1 \2/p" output | awk '{ print $2 - $1 }'; }
failed=0
for size in 420 440; do
  [ "$(contrast $size)" -ge 200 ] || { echo "changed: $size pixels keep a contrast of $(contrast $size), not 200 or more"; failed=1; }
done
for size in 448 460 800; do
  [ "$(contrast $size)" -le 8 ] || { echo "changed: $size pixels keep a contrast of $(contrast $size), not 8 or less"; failed=1; }
done
exit $failed
