// Runs one ONNX file in ONNX Runtime, as a server for the comparison: see the README beside this file for the protocol.
// Usage: node onnxruntime_server.mjs MODEL INPUT OUTPUT BATCH SIZE THREADS
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

// The tests run models in the same package; one lock file decides its version.
const require = createRequire(new URL('../../tests/onnxruntime/package.json', import.meta.url));
const ort = require('onnxruntime-node');
const { version } = require('onnxruntime-node/package.json');

const [model, source, target] = process.argv.slice(2, 5);
const [batch, size, threads] = process.argv.slice(5, 8).map(Number);
const seconds = (start) => Number(process.hrtime.bigint() - start) / 1e9;

const begin = process.hrtime.bigint();
const session = await ort.InferenceSession.create(model, {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  enableCpuMemArena: true,
  enableMemPattern: true,
  freeDimensionOverrides: { batch },
  logSeverityLevel: 3,
});
const bytes = readFileSync(source);
const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const feeds = { [session.inputNames[0]]: new ort.Tensor('float32', values, [batch, size, size, 3]) };
const { data } = (await session.run(feeds))[session.outputNames[0]];
writeFileSync(target, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
console.log(JSON.stringify({ name: 'ONNX Runtime', version, loadSeconds: seconds(begin) }));

for await (const line of createInterface({ input: process.stdin })) {
  const [command, count] = line.split(' ');
  if (command === 'memory') {
    const status = readFileSync('/proc/self/status', 'utf8');
    console.log(['VmHWM', 'VmRSS'].map((key) => Number(status.match(`${key}:\\s*(\\d+)`)[1]) / 1024).join(' '));
    continue;
  }
  const times = [];
  for (let i = 0; i < Number(count); i++) {
    const start = process.hrtime.bigint();
    await session.run(feeds);
    times.push(seconds(start));
  }
  console.log(times.join(' '));
}
