// Draws what a command wrote as the picture of a terminal:
//   npm start -s > start.log 2>&1         until it serves, then Ctrl-C
//   node docs/images/make.mjs 'npm ci && npm start' < start.log > docs/images/terminal.svg
import { text } from 'node:stream/consumers';

const fontSize = 13;
const column = 7.8;
const row = 19;
const margin = 20;

const colours = [
  [/^\$ /, '#ffffff'],
  [/^✓ /, '#7ee0a0'],
  [/^• /, '#9aa7b5'],
  [/^ {2}─+$/, '#4a5663'],
  // A title; its table follows.
  [/^(What|Which) /, '#ffd479'],
  [/^Demo /, '#ff9e80'],
];
const plain = '#d5dde5';

const escaped = (line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const colourOf = (line) => colours.find(([pattern]) => pattern.test(line))?.[1] ?? plain;

/**
 * One line, cell by cell: each has its place and its length, so that columns stay aligned in whatever font the reader has.
 */
function drawn(line, index) {
  const y = margin + row * index + fontSize;
  const cells = [...line.matchAll(/\S+(?: \S+)*/g)].map(({ 0: cell, index: at }) => {
    const x = (margin + at * column).toFixed(1);
    return `  <text x="${x}" y="${y}" fill="${colourOf(line)}" textLength="${(cell.length * column).toFixed(1)}">${escaped(cell)}</text>\n`;
  });
  return cells.join('');
}

const output = (await text(process.stdin)).replace(/\n+Stopping .*\s*$/, '').trimEnd().split('\n');
const lines = [`$ ${process.argv[2]}`, ...output];
const width = Math.ceil(2 * margin + Math.max(...lines.map((line) => line.length)) * column);
const height = 2 * margin + lines.length * row;

process.stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
  <style>text { font: ${fontSize}px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace }</style>
  <rect width="100%" height="100%" rx="8" fill="#1b2128"/>
${lines.map(drawn).join('')}</svg>
`);
