// Writes the sample models of this folder. Layers, weight specifications and the expected values come from TensorFlow.js:
// it describes the models, and its own decoder reads the finished shards back into expected.json.
//
//   npm install --ignore-scripts @tensorflow/tfjs@4.22.0     (in any folder outside the project)
//   node make-samples.mjs OUTPUT-FOLDER                      (from that folder)
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const tf = createRequire(join(process.cwd(), 'index.js'))('@tensorflow/tfjs');
const output = process.argv[2];

function graph() {
  const input = tf.input({ shape: [6, 6, 3], name: 'pixels' });
  const convolution = tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'conv', kernelInitializer: tf.initializers.randomNormal({ seed: 1 }), biasInitializer: tf.initializers.randomNormal({ seed: 2 }) }).apply(input);
  const normalized = tf.layers.batchNormalization({ name: 'bn', gammaInitializer: tf.initializers.randomNormal({ seed: 3 }), movingVarianceInitializer: tf.initializers.randomUniform({ minval: 0.5, maxval: 2, seed: 4 }) }).apply(convolution);
  const added = tf.layers.add({ name: 'add' }).apply([convolution, normalized]);
  const pooled = tf.layers.globalAveragePooling2d({ name: 'pool' }).apply(added);
  const result = tf.layers.dense({ units: 5, name: 'fc', kernelInitializer: tf.initializers.randomNormal({ seed: 5 }) }).apply(pooled);
  return tf.model({ inputs: input, outputs: result, name: 'tiny' });
}

function row() {
  return tf.sequential({
    name: 'row',
    layers: [
      tf.layers.dense({ units: 3, inputShape: [7], name: 'first', kernelInitializer: tf.initializers.randomNormal({ seed: 6 }) }),
      tf.layers.dense({ units: 2, name: 'second', kernelInitializer: tf.initializers.randomNormal({ seed: 7 }) }),
    ],
  });
}

// The converter's affine quantization: the range of a tensor is divided into 2^bits - 1 equal steps.
function quantize(values, type) {
  if (type === 'float16') return { bytes: halves(values), quantization: { dtype: 'float16', original_dtype: 'float32' } };
  const steps = type === 'uint8' ? 255 : 65535;
  const min = Math.min(...values), max = Math.max(...values);
  const scale = max === min ? 1 : (max - min) / steps;
  const stored = values.map(value => Math.round((value - min) / scale));
  const array = type === 'uint8' ? Uint8Array.from(stored) : Uint16Array.from(stored);
  return { bytes: Buffer.from(array.buffer), quantization: { min, scale, dtype: type, original_dtype: 'float32' } };
}

// Rounds to the nearest half by trying: slow, but nothing but the definition.
function halves(values) {
  const table = [];
  for (let bits = 0; bits < 0x7c00; bits++) {
    const exponent = bits >> 10, fraction = bits & 1023;
    table.push(exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  }
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => {
    const size = Math.abs(value);
    let best = 0;
    for (let bits = 1; bits < table.length; bits++) if (Math.abs(table[bits] - size) < Math.abs(table[best] - size)) best = bits;
    bytes.writeUInt16LE(best | (value < 0 ? 0x8000 : 0), i * 2);
  });
  return bytes;
}

function specification(tensor, name, type) {
  const values = Array.from(tensor.dataSync());
  const spec = { name, shape: tensor.shape, dtype: tensor.dtype };
  if (tensor.dtype === 'bool') return { spec, bytes: Buffer.from(values) };
  if (tensor.dtype === 'int32') return { spec, bytes: Buffer.from(Int32Array.from(values).buffer) };
  if (!type) return { spec, bytes: Buffer.from(Float32Array.from(values).buffer) };
  const { bytes, quantization } = quantize(values, type);
  return { spec: { ...spec, quantization }, bytes };
}

async function write(name, model, { type, shardSize, groups = 1, extra = {} }) {
  const folder = join(output, name);
  mkdirSync(folder, { recursive: true });
  let topology;
  await model.save(tf.io.withSaveHandler(async artifacts => {
    topology = artifacts.modelTopology;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  }));
  const tensors = [...model.weights.map(weight => [weight.originalName, weight.read()]), ...Object.entries(extra)];
  const parts = tensors.map(([weight, tensor]) => specification(tensor, weight, type));
  const manifest = [], expected = {};
  for (let group = 0; group < groups; group++) {
    const members = parts.filter((_, i) => Math.floor(i * groups / parts.length) === group);
    const bytes = Buffer.concat(members.map(member => member.bytes));
    const paths = [], count = Math.ceil(bytes.length / shardSize);
    for (let shard = 0; shard < count; shard++) {
      const path = `group${group + 1}-shard${shard + 1}of${count}.bin`;
      writeFileSync(join(folder, path), bytes.subarray(shard * shardSize, (shard + 1) * shardSize));
      paths.push(path);
    }
    const weights = members.map(member => member.spec);
    manifest.push({ paths, weights });
    const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    for (const [weight, tensor] of Object.entries(tf.io.decodeWeights(data, weights))) expected[weight] = { shape: tensor.shape, values: Array.from(tensor.dataSync()) };
  }
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ format: 'layers-model', generatedBy: `TensorFlow.js ${tf.version.tfjs}`, convertedBy: null, modelTopology: topology, weightsManifest: manifest }, null, 1) + '\n');
  writeFileSync(join(folder, 'expected.json'), JSON.stringify(expected) + '\n');
}

await tf.setBackend('cpu');
const extra = { steps: tf.tensor1d([1, -2, 1 << 24], 'int32'), flags: tf.tensor2d([[1, 0], [0, 1]], [2, 2], 'bool'), nothing: tf.zeros([0, 3]), scalar: tf.scalar(2.5) };
await write('float32', graph(), { shardSize: 100, extra });
await write('uint8', graph(), { type: 'uint8', shardSize: 37, groups: 3 });
await write('uint16', graph(), { type: 'uint16', shardSize: 75, groups: 2 });
await write('float16', row(), { type: 'float16', shardSize: 1000 });
