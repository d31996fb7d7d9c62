import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { enrol } from './enrol.ts';
import { StateFile } from './state-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchbus-state-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const file = () => join(folder, 'state.json');
const incarnation = '11111111-1111-4111-8111-111111111111';
const node = { run: 'r1', node: 'pg', fence: { incarnation, sequence: 7 } };
const given = { seed: 'SUAKEY', environment: { A: 'b' } };

it('is of one node of one attempt of one run', () => {
  new StateFile(file(), node).write(given);
  expect(new StateFile(file(), node).read()).toEqual(given);
  for (const other of [
    { ...node, run: 'r2' },
    { ...node, node: 'load' },
    { ...node, fence: { ...node.fence, sequence: 8 } },
  ])
    expect(new StateFile(file(), other).read()).toBeUndefined();
});

it('what another run’s runner was given is not taken up', async () => {
  new StateFile(file(), node).write(given);
  const env = {
    NATS_URL: 'nats://127.0.0.1:1',
    BENCHBUS_RUN: 'r2',
    BENCHBUS_NODE: 'pg',
    BENCHBUS_FENCE: `${incarnation}:7`,
    BENCHBUS_NODE_DIR: join(folder, 'node'),
    BENCHBUS_ENROLMENT_STATE: file(),
  };
  await expect(enrol(env)).rejects.toMatchObject({ code: 'ENROLMENT_CODE_MISSING' });
});
