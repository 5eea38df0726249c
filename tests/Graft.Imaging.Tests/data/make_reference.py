"""Makes the reference data of Graft.Imaging's tests with Pillow 9.4. Run in its own folder.

resize.json / resize.bin   what Pillow makes of a picture that a formula gives, for many sizes and the three rules
NAME.EXT, NAME.EXT.rgb     an encoded picture, and what it must be decoded to: width and height as 32-bit integers, then
                           RGB values
"""
import io
import json
import struct
import zlib

import numpy
from PIL import Image, ImageCms, ImageOps

BILINEAR = Image.Resampling.BILINEAR
BICUBIC = Image.Resampling.BICUBIC


def formula(width, height):
    """Pixels that the tests compute in the same way."""
    y, x, c = numpy.mgrid[0:height, 0:width, 0:3].astype(numpy.uint64)
    mixed = (x * 31 + y * 17 + c * 101 + x * y * 7 + 1) * 2654435761 & 0xFFFFFFFF
    return Image.fromarray((mixed >> 24).astype(numpy.uint8), "RGB")


def crop(image, width, height, shorter):
    """torchvision's Resize(shorter) and CenterCrop((height, width))."""
    w, h = image.size
    short, long = min(w, h), max(w, h)
    scaled = (shorter, int(shorter * long / short)) if w <= h else (int(shorter * long / short), shorter)
    if scaled != image.size:
        image = image.resize(scaled, BILINEAR)
    left = int(round((image.width - width) / 2.0))
    top = int(round((image.height - height) / 2.0))
    return image.crop((left, top, left + width, top + height))


def resizing():
    cases = []
    data = bytearray()

    def case(rule, sw, sh, w, h, shorter, image):
        assert image.size == (w, h)
        cases.append(dict(rule=rule, sourceWidth=sw, sourceHeight=sh, width=w, height=h, shorterSide=shorter, offset=len(data)))
        data.extend(image.tobytes())

    stretch = [
        (1, 1, 1, 1), (1, 1, 7, 5), (2, 2, 3, 3), (7, 5, 1, 1), (16, 16, 16, 16), (17, 13, 17, 13), (33, 20, 33, 7),
        (33, 20, 11, 20), (20, 33, 31, 33), (20, 33, 20, 40), (15, 9, 32, 31), (31, 17, 16, 15), (63, 65, 32, 33),
        (64, 64, 32, 32), (100, 3, 9, 40), (3, 100, 40, 9), (1000, 1, 6, 6), (1, 1000, 6, 6), (500, 375, 24, 24),
        (255, 257, 21, 23), (10, 10, 39, 38), (32, 32, 48, 48), (5, 4, 6, 3), (2000, 7, 2, 2), (640, 480, 56, 56),
    ]
    for sw, sh, w, h in stretch:
        case("Stretch", sw, sh, w, h, None, formula(sw, sh).resize((w, h), BILINEAR))
    for sw, sh, size, shorter in [
        (40, 30, 16, 20), (30, 40, 16, 20), (41, 29, 17, 20), (29, 41, 17, 20), (25, 25, 14, 16), (20, 50, 20, 20),
        (16, 16, 16, 16), (300, 17, 15, 16), (17, 300, 15, 15), (9, 7, 32, 36), (333, 251, 28, 32), (24, 20, 11, 20),
    ]:
        case("Crop", sw, sh, size, size, shorter, crop(formula(sw, sh), size, size, shorter))
        if size == shorter:
            cases[-1]["shorterSide"] = None
    for sw, sh, w, h in [
        (40, 30, 16, 16), (30, 40, 16, 16), (41, 29, 17, 18), (29, 41, 18, 17), (25, 25, 14, 14), (14, 14, 14, 14),
        (40, 3, 16, 16), (3, 40, 16, 16), (9, 7, 32, 32), (333, 251, 28, 21), (50, 20, 30, 40),
    ]:
        case("Pad", sw, sh, w, h, None, ImageOps.pad(formula(sw, sh), (w, h), BILINEAR, color=(0, 0, 0)))
    for sw, sh, w, h in [
        (1, 1, 7, 5), (2, 2, 3, 3), (7, 5, 1, 1), (33, 20, 33, 7), (20, 33, 31, 33), (15, 9, 32, 31), (63, 65, 32, 33), (100, 3, 9, 40),
        (1, 1000, 6, 6), (500, 375, 24, 24), (10, 10, 39, 38), (640, 480, 56, 56),
    ]:
        case("Stretch", sw, sh, w, h, None, formula(sw, sh).resize((w, h), BICUBIC))
        cases[-1]["interpolation"] = "Bicubic"
    open("resize.bin", "wb").write(data)
    json.dump(cases, open("resize.json", "w"), indent=0)


def photo(width=48, height=36):
    """A smooth picture without symmetry, so that JPEG loses little and every orientation differs."""
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    red = 255 * x / (width - 1)
    green = 255 * y / (height - 1)
    blue = 127 + 100 * numpy.sin(x / 9.0) * numpy.cos(y / 7.0)
    return Image.fromarray(numpy.stack([red, green, blue], -1).round().astype(numpy.uint8), "RGB")


def white(image):
    """What a picture with transparency looks like on white paper."""
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")


def save(name, image, expected, **options):
    image.save(name, **options)
    open(name + ".rgb", "wb").write(struct.pack("<ii", *expected.size) + expected.convert("RGB").tobytes())


def decoded(name):
    return Image.open(name).convert("RGB")


def formats():
    base = photo()
    alpha = Image.fromarray(numpy.tile(numpy.linspace(0, 255, 48).round().astype(numpy.uint8), (36, 1)))
    rgba = base.copy()
    rgba.putalpha(alpha)
    grey = base.convert("L")
    la = Image.merge("LA", (grey, alpha))

    save("base.png", base, base)
    base.save("baseline.jpg", quality=95, subsampling=0)
    save("baseline.jpg", base, decoded("baseline.jpg"), quality=95, subsampling=0)
    base.save("progressive.jpg", quality=90, progressive=True)
    save("progressive.jpg", base, decoded("progressive.jpg"), quality=90, progressive=True)
    save("png-named.jpg", base, base, format="PNG")
    save("lossless.webp", base, base, lossless=True)
    base.save("lossy.webp", quality=90)
    save("lossy.webp", base, decoded("lossy.webp"), quality=90)
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
        save(f"{compression.replace('_', '-')}.tif", base, base, compression=compression)
    save("private-tag.tif", base, base, tiffinfo={65001: "something of its maker's"})
    save("grey.png", grey, grey)
    grey.save("grey.jpg", quality=95)
    save("grey.jpg", grey, decoded("grey.jpg"), quality=95)
    save("rgba.png", rgba, white(rgba))
    save("rgba.webp", rgba, white(rgba), lossless=True, exact=True)
    save("la.png", la, white(la))
    bits = Image.fromarray((numpy.indices((36, 48)).sum(0) % 5 == 0))
    save("one-bit.png", bits, bits.convert("RGB"))
    save("one-bit.tif", bits, bits.convert("RGB"), compression="group4")

    palette = base.quantize(64)
    save("palette.png", palette, palette.convert("RGB"))
    save("palette-transparent.png", palette, white(transparent(palette)), transparency=bytes([0, 128] + [255] * 62))
    save("still.gif", palette, palette.convert("RGB"))
    other = ImageOps.invert(base).quantize(64)
    save("animated.gif", palette, palette.convert("RGB"), save_all=True, append_images=[other, palette])
    save("animated.webp", base, base, save_all=True, append_images=[ImageOps.invert(base)], lossless=True)
    save("transparent.gif", palette, white(transparent(palette, only=5)), transparency=5)

    # 16 bits: the high byte is the 8-bit value; the low one is noise.
    noise = numpy.random.default_rng(1).integers(0, 256, (36, 48, 4)).astype(numpy.uint16)
    wide = numpy.asarray(rgba).astype(numpy.uint16) << 8 | noise
    grey16 = numpy.asarray(grey).astype(numpy.uint16) << 8 | noise[..., 0]
    png16("grey16.png", grey16[..., None], 0, grey)
    png16("rgb16.png", wide[..., :3], 2, base)
    png16("rgba16.png", wide, 6, white(rgba))
    save("grey16.tif", Image.fromarray(grey16), grey)

    # Colours: CMYK, and profiles other than sRGB.
    rgb_profiles()
    patches()

    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        name = f"orientation-{orientation}.jpg"
        base.save(name, quality=95, subsampling=0, exif=exif)
        upright = ImageOps.exif_transpose(Image.open(name))
        save(name, base, upright, quality=95, subsampling=0, exif=exif)

    # What Graft refuses, and says how to convert.
    base.save("refused.bmp")
    base.save("refused.ppm")
    base.save("refused.ico")
    base.save("refused.jp2")
    open("refused.heic", "wb").write(struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"heic", 0, b"mif1", b"heic") + bytes(64))

    grey.convert("F").save("float.tif")
    grey.convert("I").save("integer.tif")

    # Larger, for shrink-on-load and for damage in the middle.
    large = photo(800, 600)
    large.save("large.jpg", quality=60)
    large.save("large.webp", quality=60)


def transparent(palette, only=None):
    values = numpy.asarray(palette)
    alpha = numpy.full(values.shape, 255, numpy.uint8)
    if only is None:
        alpha[values == 0] = 0
        alpha[values == 1] = 128
    else:
        alpha[values == only] = 0
    image = palette.convert("RGB").convert("RGBA")
    image.putalpha(Image.fromarray(alpha))
    return image


def png16(name, values, kind, expected):
    """Pillow cannot write these, so the chunks are written here."""
    height, width = values.shape[:2]
    rows = values.astype(">u2").reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)

    def chunk(type_, data):
        return struct.pack(">I", len(data)) + type_ + data + struct.pack(">I", zlib.crc32(type_ + data))

    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    open(name, "wb").write(content)
    open(name + ".rgb", "wb").write(struct.pack("<ii", width, height) + expected.convert("RGB").tobytes())


def rgb_profiles():
    """A picture whose profile swaps red and green: the smallest profile with which ignoring it cannot go unseen."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    tags = {}
    count = struct.unpack(">I", srgb[128:132])[0]
    swapped = bytearray(srgb)
    for i in range(count):
        at = 132 + 12 * i
        tags[srgb[at:at + 4]] = at
    for first, second in ((b"rXYZ", b"gXYZ"),):
        a, b = tags[first], tags[second]
        swapped[a + 4:a + 12], swapped[b + 4:b + 12] = srgb[b + 4:b + 12], srgb[a + 4:a + 12]
    base = photo()
    converted = ImageCms.profileToProfile(
        base, ImageCms.ImageCmsProfile(io.BytesIO(bytes(swapped))), ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC)
    save("profile.png", base, converted, icc_profile=bytes(swapped))
    save("profile-srgb.png", base, base, icc_profile=srgb)
    save("profile-broken.png", base, base, icc_profile=b"this is no colour profile" * 8)


def patches():
    """White, black, cyan, magenta, yellow and red ink in patches of 16 x 16, without a profile."""
    inks = numpy.zeros((16, 96, 4), numpy.uint8)
    for i, ink in enumerate([(0, 0, 0, 0), (0, 0, 0, 255), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 255, 255, 0)]):
        inks[:, 16 * i:16 * i + 16] = ink
    cmyk = Image.fromarray(inks, "CMYK")
    cmyk.save("cmyk.jpg", quality=95)
    cmyk.save("cmyk.tif", compression="tiff_lzw")


if __name__ == "__main__":
    resizing()
    formats()
