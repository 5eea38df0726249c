// Writes the tables of docs/performance.md from the JSON files in bench/peers/results.
// A place for a table is <!-- table FILE RUN --> ... <!-- /table -->: the run RUN of FILE.json.
// Usage: node scripts/performance-tables.mjs           writes the tables
//        node scripts/performance-tables.mjs --check   fails if a table there is another
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = join(root, 'docs/performance.md');
const results = join(root, 'bench/peers/results');

const lines = (header, rows) => [header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const spread = (value, digits) =>
  value === undefined || value === null
    ? ''
    : `${value.median.toFixed(digits)} (${value.minimum.toFixed(digits)} to ${value.maximum.toFixed(digits)})`;

function shareOfPeak(result, program) {
  if (program.shareOfPeak !== undefined) return `${Math.round(program.shareOfPeak * 100)} %`;
  if (!result.peakGigaflops || !result.gigaoperationsPerImage) return '';
  const rate = program.imagesPerSecond.median * result.gigaoperationsPerImage;
  return `${Math.round((rate / result.peakGigaflops) * 100)} %`;
}

/** Graft's rate, its ratios to the other programs and everyone's peak memory, a line for each case. */
function comparison(run) {
  const digits = run.digits ?? 2;
  const names = run.results[0].programs.map((program) => program.name);
  const peers = names.slice(1);
  const shares = run.results.some((result) => shareOfPeak(result, result.programs[0]));
  const memory = run.results.some((result) => result.programs[0].peakMemoryMebibytes !== undefined);
  const header = ['case', 'Graft images/s'];
  if (shares) header.push('of peak');
  header.push(...peers.map((name) => `faster than ${name} by`));
  if (memory) header.push(`peak MiB: ${names.join(', ')}`);
  const rows = run.results.map((result) => {
    const [graft, ...others] = result.programs;
    const row = [result.label ?? result.case, spread(graft.imagesPerSecond, digits)];
    if (shares) row.push(shareOfPeak(result, graft));
    row.push(...others.map((program) => spread(program.graftRatio, 2)));
    if (memory) row.push(result.programs.map((program) => program.peakMemoryMebibytes.toFixed(0)).join(', '));
    return row;
  });
  return lines(header, rows);
}

function table(file, id) {
  const { runs } = JSON.parse(readFileSync(join(results, `${file}.json`), 'utf8'));
  const run = runs.find((candidate) => candidate.id === id);
  if (run === undefined) throw new Error(`bench/peers/results/${file}.json has no run '${id}'.`);
  return run.results ? comparison(run) : lines(run.columns, run.rows);
}

const old = readFileSync(page, 'utf8');
const now = old.replace(
  /<!-- table (\S+) (\S+) -->[\s\S]*?<!-- \/table -->/g,
  (_, file, id) => `<!-- table ${file} ${id} -->\n${table(file, id)}\n<!-- /table -->`,
);
if (process.argv[2] === '--check') {
  if (now !== old) {
    console.error('The tables of docs/performance.md are out of date; run: node scripts/performance-tables.mjs');
    process.exit(1);
  }
} else {
  writeFileSync(page, now);
}
