// Runs layers models in TensorFlow.js. Usage: node run.mjs FOLDER
// FOLDER/jobs.json: [{ "model": path of model.json, "input": path of float32 values, "shape": [batch, ...], "output": path }, ...]
// A model "nsfwjs:NAME" is one of those inside that package; it is unpacked to the folder of that job's "unpack" path first.
// Each job's output values go to its output path; FOLDER/answers.json tells the shapes.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const here = dirname(fileURLToPath(import.meta.url));
setWasmPaths(join(here, 'node_modules/@tensorflow/tfjs-backend-wasm/dist/'));
await tf.setBackend('wasm');

function bytesOf(path) {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

// The package holds each file as a script that gives an object, or a text in base 64.
function unpack(name, target) {
  const require = createRequire(import.meta.url);
  const folder = join(here, 'node_modules/nsfwjs/dist/models', name);
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(folder)) {
    const content = require(join(folder, file));
    const value = content.default ?? content;
    const isModel = file.startsWith('model');
    writeFileSync(join(target, isModel ? 'model.json' : file.replace('.min.js', '')), isModel ? JSON.stringify(value) : Buffer.from(value, 'base64'));
  }
  return join(target, 'model.json');
}

async function load(path) {
  const model = JSON.parse(readFileSync(path, 'utf8'));
  const weightSpecs = model.weightsManifest.flatMap((group) => group.weights);
  const files = model.weightsManifest.flatMap((group) => group.paths).map((name) => readFileSync(join(dirname(path), name)));
  const bytes = Buffer.concat(files);
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology: model.modelTopology, weightSpecs, weightData }));
}

const answers = [];
for (const job of JSON.parse(readFileSync(join(process.argv[2], 'jobs.json'), 'utf8'))) {
  const path = job.model.startsWith('nsfwjs:') ? unpack(job.model.slice(7), job.unpack) : job.model;
  const model = await load(path);
  const output = model.predict(tf.tensor(new Float32Array(bytesOf(job.input)), job.shape));
  const values = await output.data();
  writeFileSync(job.output, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  answers.push({ shape: output.shape });
}
writeFileSync(join(process.argv[2], 'answers.json'), JSON.stringify(answers));
