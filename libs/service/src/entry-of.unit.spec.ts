import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { entryOf } from './entry-of.ts';

const ROOT = join(import.meta.dirname, '../../..');
const main = (service: string) => join(ROOT, 'services', service, 'src/main.ts');

it('is the bundle where there is one, else the main file', () => {
  const bundles = mkdtempSync(join(tmpdir(), 'benchbus-bundles-'));
  try {
    const bundle = join(bundles, 'services/provisioner/src/main.mjs');
    mkdirSync(join(bundle, '..'), { recursive: true });
    writeFileSync(bundle, '');
    expect(entryOf(main('provisioner'), { BENCHBUS_BUNDLES: bundles })).toBe(bundle);
    expect(entryOf(main('edge-runner'), { BENCHBUS_BUNDLES: bundles })).toBe(main('edge-runner'));
    expect(entryOf(main('provisioner'), {})).toBe(main('provisioner'));
    expect(entryOf(main('provisioner'), { BENCHBUS_BUNDLES: '' })).toBe(main('provisioner'));
  } finally {
    rmSync(bundles, { recursive: true });
  }
});
