// Writes `schema.graphql` as the code says it is.
import { writeFileSync } from 'node:fs';
import { build } from './build.mjs';

await build();
await import('reflect-metadata');
const { schemaOfCode } = await import('../dist/src/schema.js');
writeFileSync(new URL('../schema.graphql', import.meta.url), await schemaOfCode());
process.exit(0);
