"""Reads the graph of an ONNX file: as much of its protocol buffers as Graft writes, without the onnx package."""
import struct

import numpy


def fields(data):
    """Yields (field number, value) of a message: an integer, or the bytes of a fixed or length-delimited field."""
    position, end = 0, len(data)

    def varint():
        nonlocal position
        result = shift = 0
        while True:
            byte = data[position]
            position += 1
            result |= (byte & 127) << shift
            if byte < 128:
                return result
            shift += 7

    while position < end:
        key = varint()
        number, kind = key >> 3, key & 7
        if kind == 0:
            yield number, varint()
            continue
        length = {1: 8, 5: 4}.get(kind)
        if length is None:
            if kind != 2:
                raise ValueError(f"reading the ONNX file: field {number} has wire type {kind}; expected 0, 1, 2 or 5")
            length = varint()
        yield number, data[position:position + length]
        position += length


def integers(value):
    """A repeated integer field's value: packed bytes, or one integer."""
    if isinstance(value, int):
        return [signed(value)]
    result, current, shift = [], 0, 0
    for byte in bytes(value):
        current |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            result.append(signed(current))
            current = shift = 0
    return result


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def text(value):
    return bytes(value).decode()


def tensor(data):
    """A TensorProto: its name and a numpy array."""
    dims, kind, name, raw = [], 1, "", b""
    for number, value in fields(data):
        if number == 1:
            dims += integers(value)
        elif number == 2:
            kind = value
        elif number == 8:
            name = text(value)
        elif number == 9:
            raw = value
    dtype = {1: "<f4", 7: "<i8"}[kind]
    return name, numpy.frombuffer(raw, dtype).reshape(dims)


def attribute(data):
    """An AttributeProto: its name and its value (an integer, a float, or a list of integers)."""
    name, result = "", None
    for number, value in fields(data):
        if number == 1:
            name = text(value)
        elif number == 2:
            result = struct.unpack("<f", value)[0]
        elif number == 3:
            result = signed(value)
        elif number == 8:
            result = (result or []) + integers(value)
    return name, result


class Node:
    """One operator: kind, names of inputs and outputs, attributes."""

    def __init__(self, data):
        self.kind, self.inputs, self.outputs, self.attributes = "", [], [], {}
        for number, value in fields(data):
            if number == 1:
                self.inputs.append(text(value))
            elif number == 2:
                self.outputs.append(text(value))
            elif number == 4:
                self.kind = text(value)
            elif number == 5:
                name, content = attribute(value)
                self.attributes[name] = content


class Graph:
    """Operators in order, constants by name, and the names of the input and the output."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = memoryview(file.read())
        graph = next(value for number, value in fields(data) if number == 7)
        self.nodes, self.constants, self.input, self.output = [], {}, None, None
        for number, value in fields(graph):
            if number == 1:
                self.nodes.append(Node(value))
            elif number == 5:
                name, array = tensor(value)
                self.constants[name] = array
            elif number in (11, 12):
                name = next(text(content) for inner, content in fields(value) if inner == 1)
                if number == 11:
                    self.input = name
                else:
                    self.output = name
