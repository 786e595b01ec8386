import 'reflect-metadata';
import { run } from './cli/index.js';

await run(process.argv);
