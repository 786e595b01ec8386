#!/usr/bin/env node
// Builds what has changed, then runs the command in this same process, so that a signal to it
// reaches Headroom itself.
import { build } from './build.mjs';

await build();
process.setSourceMapsEnabled(true);
await import('../dist/src/main.js');
