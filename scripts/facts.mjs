// Facts about the code: for each project its files, lines, longest file, median file and lines over 120 columns.
// Usage: node scripts/facts.mjs            prints the table
//        node scripts/facts.mjs --write    puts it between the markers in docs/architecture.md
//        node scripts/facts.mjs --check    fails if the table there is another
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const page = 'docs/architecture.md';
const folders = ['src', 'tests', 'bench', 'samples'];
const columns = 120;

function measure(path) {
  const lines = readFileSync(join(root, path), 'utf8').replace(/\r?\n$/, '').split(/\r?\n/);
  return { path, lines: lines.length, long: lines.filter((line) => [...line].length > columns).length };
}

function median(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : Math.round((sorted[middle - 1] + sorted[middle]) / 2);
}

function row(name, files) {
  const sorted = files.map((file) => file.lines).sort((one, other) => one - other);
  const longest = files.reduce((one, other) => (other.lines > one.lines ? other : one));
  const total = sorted.reduce((sum, lines) => sum + lines, 0);
  const long = files.reduce((sum, file) => sum + file.long, 0);
  const text = [files.length, total, `${basename(longest.path)} (${longest.lines})`, median(sorted), long]
    .map((value) => (typeof value === 'number' ? value.toLocaleString('en-US') : value));
  return `| ${name} | ${text.join(' | ')} |`;
}

function table() {
  const listed = execFileSync('git', ['ls-files', '-z', '--', ...folders], { cwd: root, encoding: 'utf8' });
  const projects = new Map();
  for (const path of listed.split('\0').filter((name) => name.endsWith('.cs'))) {
    const parts = path.split('/');
    const project = parts.length > 2 ? `${parts[0]}/${parts[1]}` : parts[0];
    projects.set(project, [...(projects.get(project) ?? []), measure(path)]);
  }
  const order = (name) => folders.indexOf(name.split('/')[0]);
  const names = [...projects.keys()].sort((one, other) => order(one) - order(other) || (one < other ? -1 : 1));
  return [
    `| project | files | lines | longest file | median file | lines over ${columns} columns |`,
    '| --- | ---: | ---: | --- | ---: | ---: |',
    ...names.map((name) => row(name, projects.get(name))),
    row('all', [...projects.values()].flat()),
  ].join('\n');
}

const mode = process.argv[2];
if (mode === undefined) {
  console.log(table());
} else if (mode === '--write' || mode === '--check') {
  const old = readFileSync(join(root, page), 'utf8');
  const section = /<!-- facts -->[\s\S]*?<!-- \/facts -->/;
  if (!section.test(old)) {
    console.error(`${page} has no markers <!-- facts --> and <!-- /facts -->.`);
    process.exit(1);
  }
  const now = old.replace(section, () => `<!-- facts -->\n${table()}\n<!-- /facts -->`);
  if (mode === '--write') {
    writeFileSync(join(root, page), now);
  } else if (now !== old) {
    console.error(`The facts in ${page} are out of date; run: node scripts/facts.mjs --write`);
    process.exit(1);
  }
} else {
  console.error('Usage: node scripts/facts.mjs [--write | --check]');
  process.exit(2);
}
