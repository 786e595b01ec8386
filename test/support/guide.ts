import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from './project.js';

/** The blocks of a language in a guide, without the indentation of the list that they are in. */
export async function guideBlocks(guide: string, language: string): Promise<string[]> {
  const text = await readFile(join(projectRoot, 'docs', 'guides', guide), 'utf8');
  const blocks = text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\``, 'gms'));
  return [...blocks].map(([, indent, body]) => body!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}
