#!/usr/bin/env node
// Lists the files that an image passes on its way from `graft train` to a written model: the default way, with a linear
// head on cached features. A file counts when its code takes the image, its pixels, its features or the head that is
// learned from them, and hands it on; records that only hold values do not. Each file must name the type of the next
// one in its code, or this script fails: then the way has changed, and the list must change with it.
//
//   node scripts/way-of-an-image.mjs          prints the list; fails if it is not true, or longer than 20 files
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const most = 20;

// [file, what it does, the files it hands on to (by name, without .cs)]
const way = [
  ['src/Graft.Cli/Commands/TrainCommand.cs', 'reads the command line', ['TransferLearning']],
  ['src/Graft.Training/TransferLearning.cs', 'lists the dataset, makes the run folder', ['FolderDataset', 'ImageDataset', 'TrainingRun']],
  ['src/Graft.Data/FolderDataset.cs', 'finds the files of the classes and splits', ['ImageDataset']],
  ['src/Graft.Data/ImageDataset.cs', 'hashes the images and divides them', ['ImageSample']],
  ['src/Graft.Data/ImageSample.cs', 'is the image on its way', ['ImageLoader']],
  ['src/Graft.Training/TrainingRun.cs', 'is the run, step by step', ['FeatureExtractor', 'FeatureSplits', 'HeadFitting', 'ClassifierFile']],
  ['src/Graft.Features/FeatureExtractor.cs', 'finds known features, computes the others', ['DecodedBatch', 'FeatureCollector', 'INetworkRunner']],
  ['src/Graft.Features/DecodedBatch.cs', 'decodes a batch on several threads', ['ViewLoader']],
  ['src/Graft.Features/ViewLoader.cs', 'decodes one view of an image', ['ImageLoader']],
  ['src/Graft.Imaging/ImageLoader.cs', 'is the door to pixels', ['ImageDecoder', 'ImageResizer']],
  ['src/Graft.Imaging/ImageDecoder.cs', 'decodes to upright sRGB', []],
  ['src/Graft.Imaging/ImageResizer.cs', "resizes to the network's input", []],
  ['src/Graft.Layers/Inference/INetworkRunner.cs', "runs the frozen trunk; PlanRunner is Graft's own", []],
  ['src/Graft.Features/FeatureCollector.cs', 'gathers the features', ['FeatureTable']],
  ['src/Graft.Features/Storage/FeatureTable.cs', 'keeps them in the feature store', []],
  ['src/Graft.Training/Runs/FeatureSplits.cs', 'divides the features by split', []],
  ['src/Graft.Training/HeadFitting.cs', 'chooses how the head is fitted', ['LinearHead']],
  ['src/Graft.Learning/Heads/LinearHead.cs', 'fits the head', []],
  ['src/Graft.Classification/ClassifierFile.cs', 'joins trunk and head', ['OnnxWriter']],
  ['src/Graft.Weights/Onnx/OnnxWriter.cs', 'writes model.onnx', []],
];

const names = way.map(([file]) => file.replace(/^.*\/|\.cs$/g, ''));
const problems = [];
for (const [file, , next] of way) {
  let code;
  try {
    code = readFileSync(join(root, file), 'utf8').replace(/^\s*\/\/.*$/gm, '');
  } catch {
    problems.push(`${file} is not there`);
    continue;
  }
  for (const type of next) {
    if (!names.includes(type)) problems.push(`${file} hands on to ${type}, which is not in the list`);
    if (!new RegExp(`\\b${type}\\b`).test(code)) problems.push(`${file} does not name ${type}`);
  }
}
for (const name of names.slice(1)) {
  if (!way.some(([, , next]) => next.includes(name))) problems.push(`nothing hands on to ${name}`);
}
if (way.length > most) problems.push(`${way.length} files; at most ${most} are allowed`);

way.forEach(([file, does], i) => console.log(`${String(i + 1).padStart(2)}  ${file.padEnd(52)} ${does}`));
console.log(`${way.length} files`);
for (const problem of problems) console.error(`problem: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);
