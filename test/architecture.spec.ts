import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { violations } from './architecture.js';

const project = fileURLToPath(new URL('../..', import.meta.url));

describe('the architecture', () => {
  let root: string;
  const tree = (files: Record<string, string>): string[] => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    return violations(root);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'headroom-tree-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is kept by the whole project', () => {
    expect(violations(project)).toEqual([]);
  });

  it('lets a room import rooms above it through their doors', () => {
    expect(
      tree({
        'src/platform/index.ts': '',
        'src/access/index.ts': `import '../platform/index.js';`,
        'src/costs/index.ts': `import type { A } from '../access/index.js'; import '../platform/index.js';`,
        'src/capacity/index.ts': `import '../../forecasts/index.js';`,
        'src/app.module.ts': `import './costs/index.js';`,
        'src/cli/index.ts': `import '../app.module.js';`,
        'forecasts/index.ts': `import { mean } from 'simple-statistics';`,
      }),
    ).toEqual([]);
  });

  it('refuses an import from a room below', () => {
    expect(tree({ 'src/costs/index.ts': '', 'src/access/viewer.ts': `import '../costs/index.js';` })).toEqual([
      'src/access/viewer.ts imports src/costs/index.ts: costs is not above access',
    ]);
  });

  it('refuses a type or a dynamic import from below just as well', () => {
    expect(
      tree({
        'src/costs/index.ts': '',
        'src/access/one.ts': `import type { Cost } from '../costs/index.js';`,
        'src/access/two.ts': `export const load = () => import('../costs/index.js');`,
        'src/access/three.ts': `export * from '../costs/index.js';`,
      }),
    ).toHaveLength(3);
  });

  it('refuses entering a room by another file than its door', () => {
    expect(tree({ 'src/costs/charge.ts': '', 'src/budgets/index.ts': `import '../costs/charge.js';` })).toEqual([
      'src/budgets/index.ts enters costs by src/costs/charge.ts, and its door is src/costs/index.ts',
    ]);
  });

  it('refuses entering the engine by another file than its door', () => {
    expect(tree({ 'forecasts/paths.ts': '', 'src/capacity/index.ts': `import '../../forecasts/paths.js';` })).toEqual([
      'src/capacity/index.ts enters forecasts/ by forecasts/paths.ts, and its door is forecasts/index.ts',
    ]);
  });

  it('refuses a room that is not in the list', () => {
    expect(tree({ 'src/platform/index.ts': '', 'src/misc/index.ts': `import '../platform/index.js';` })).toEqual([
      'src/misc/index.ts is in a room that is not in the list',
    ]);
  });

  it('refuses a room that imports what puts the rooms together', () => {
    expect(tree({ 'src/app.module.ts': '', 'src/costs/index.ts': `import '../app.module.js';` })).toEqual([
      'src/costs/index.ts imports src/app.module.ts, which puts the rooms together',
    ]);
  });

  it('refuses an import cycle inside a room', () => {
    expect(
      tree({
        'src/costs/a.ts': `import './b.js';`,
        'src/costs/b.ts': `import './c.js';`,
        'src/costs/c.ts': `import type { A } from './a.js';`,
      }),
    ).toEqual(['import cycle: src/costs/a.ts → src/costs/b.ts → src/costs/c.ts → src/costs/a.ts']);
  });

  it.each(['@nestjs/common', 'typeorm', 'node:fs', 'luxon'])('refuses %s in the engine', (name) => {
    expect(tree({ 'forecasts/index.ts': `import '${name}';` })).toEqual([
      `forecasts/index.ts imports ${name}: the engine imports nothing but simple-statistics`,
    ]);
  });

  it('refuses the application in the engine', () => {
    expect(tree({ 'src/platform/index.ts': '', 'forecasts/index.ts': `import '../src/platform/index.js';` })).toEqual([
      'forecasts/index.ts imports src/platform/index.ts: the engine imports nothing of the application',
      'forecasts/index.ts imports src/platform/index.ts: what is outside src/ knows no room',
    ]);
  });

  it('lets the specs of the engine read reference values, and nothing else of the engine', () => {
    const files = {
      'forecasts/models/naive.ts': '',
      'forecasts/models/naive.spec.ts': `import '../../test/support/reference-values.js';`,
    };
    expect(tree(files)).toEqual([]);
    expect(tree({ ...files, 'forecasts/models/naive.ts': `import '../../test/support/reference-values.js';` })).toEqual([
      'forecasts/models/naive.ts imports test/support/reference-values.ts: the engine imports nothing of the application',
    ]);
  });

  it('refuses a plug-in that its folder does not register', () => {
    expect(
      tree({
        'src/collection/collectors/index.ts': `import './focus/focus.js';`,
        'src/collection/collectors/focus/focus.ts': '',
        'src/collection/collectors/datadog/datadog.ts': '',
        'forecasts/models/index.ts': `import './naive.js';`,
        'forecasts/models/naive.ts': '',
        'forecasts/models/naive.spec.ts': '',
        'forecasts/models/theta.ts': '',
      }),
    ).toEqual([
      'forecasts/models/theta.ts is not registered in forecasts/models/index.ts',
      'src/collection/collectors/datadog is not registered in src/collection/collectors/index.ts',
    ]);
  });

  it.each(['utils', 'helpers', 'common', 'shared', 'types'])('refuses a folder named %s', (name) => {
    expect(tree({ [`src/costs/${name}/money.ts`]: '' })).toEqual([
      `src/costs/${name}: a folder is named for what is in it, and "${name}" says nothing`,
    ]);
  });
});
