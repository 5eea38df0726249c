"""Writes mixed.safetensors beside this script, straight from the format's description and with nothing of Graft's:
eight bytes of header length, a JSON header, then the elements. Needs numpy.

    python3 make_sample.py
"""
import json
import pathlib
import struct

import numpy

tensors = {
    "conv.weight": ("F32", numpy.arange(24, dtype="<f4").reshape(2, 3, 4) / 8 - 1),
    "half": ("F16", numpy.array([0, -0.0, 1.5, -2, 65504, 6e-8, numpy.inf], dtype="<f2")),
    "double": ("F64", numpy.array([[0.1, -1e30], [3.5, 1e-50]], dtype="<f8")),
    "counter": ("I64", numpy.array(-(2**40), dtype="<i8")),
    "too.exact": ("I64", numpy.array([1, 2**24 + 1], dtype="<i8")),
    "too.large": ("F64", numpy.array([1e39], dtype="<f8")),
    "bytes": ("U8", numpy.array([0, 127, 255], dtype="u1")),
    "truth": ("BOOL", numpy.array([[True], [False]])),
    "empty": ("F32", numpy.zeros((0, 5), dtype="<f4")),
    "größe/尺寸 😀": ("F32", numpy.array([1.25], dtype="<f4")),
}
# numpy has no bfloat16: the upper halves of 1, -2.5 and 3.140625 are written out.
brain = ("BF16", [3], struct.pack("<3H", 0x3F80, 0xC020, 0x4049))

header = {"__metadata__": {"format": "sample", "schlüssel": "wert \"1\""}}
data = b""
for name, (kind, values) in tensors.items():
    payload = values.tobytes()
    header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(data), len(data) + len(payload)]}
    data += payload
header["brain"] = {"dtype": brain[0], "shape": brain[1], "data_offsets": [len(data), len(data) + len(brain[2])]}
data += brain[2]

text = json.dumps(header, ensure_ascii=False).encode()
text += b" " * (-len(text) % 8)
pathlib.Path(__file__).with_name("mixed.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
