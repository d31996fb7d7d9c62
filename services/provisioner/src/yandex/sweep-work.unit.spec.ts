import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sweepWork } from './sweep-work.ts';

it('folders of runs that are over go; those of known runs, and the configuration, stay', () => {
  const dir = mkdtempSync(join(tmpdir(), 'benchbus-work-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const run of ['open', 'over']) {
    mkdirSync(join(dir, run, 'make'), { recursive: true });
    writeFileSync(join(dir, run, 'make', 'terraform.tfvars.json'), '{}');
  }
  writeFileSync(join(dir, 'terraformrc'), '');
  expect(sweepWork(dir, ['open', 'elsewhere'])).toEqual(['over']);
  expect(readdirSync(dir).sort()).toEqual(['open', 'terraformrc']);
});
