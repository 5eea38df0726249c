// Runs ONNX files in ONNX Runtime. Usage: node run.mjs FOLDER
// FOLDER/jobs.json: [{ "model": path, "input": path of float32 values, "shape": [batch, ...], "output": path }, ...]
// Each job's output values go to its output path; FOLDER/answers.json tells names and shapes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ort from 'onnxruntime-node';

const folder = process.argv[2];
const answers = [];
let loaded = { model: null, session: null };
for (const job of JSON.parse(readFileSync(join(folder, 'jobs.json'), 'utf8'))) {
  if (loaded.model !== job.model) {
    const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 };
    loaded = { model: job.model, session: await ort.InferenceSession.create(job.model, options) };
  }
  const { session } = loaded;
  const bytes = readFileSync(job.input);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  const results = await session.run({ [inputName]: new ort.Tensor('float32', values, job.shape) });
  const output = results[outputName];
  writeFileSync(job.output, new Uint8Array(output.data.buffer, output.data.byteOffset, output.data.byteLength));
  answers.push({ inputName, outputName, shape: output.dims });
}
writeFileSync(join(folder, 'answers.json'), JSON.stringify(answers));
