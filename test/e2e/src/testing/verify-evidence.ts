import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { cli } from './installation.ts';

/**
 * A suite's evidence is verified without a server, in another folder; its runs' numbers come to the same by the raw output.
 * @param runs `<test>-<repeat>`, in the order in which they completed
 */
export async function verifyEvidence(
  stateDir: string,
  suiteId: string,
  runs: readonly string[] = ['1-1'],
): Promise<void> {
  const proof = join(stateDir, 'proof.tar.gz');
  const env = { BENCHBUS_STATE_DIR: stateDir };
  const exported = await cli(['audit', 'export', '--suite', suiteId, '--out', proof], env).finished;
  expect(exported.code, exported.stdout + exported.stderr).toBe(0);
  const pem = join(stateDir, 'benchbus.pem');
  writeFileSync(pem, (await cli(['audit', '--public-key'], env).finished).stdout);
  const nowhere = { BENCHBUS_STATE_DIR: '/nowhere' };
  const verified = await cli(['audit', 'verify', proof, '--trust', pem, '--json'], nowhere).finished;
  expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({
    ok: true,
    verified: { recomputed: runs.map((run) => `${suiteId}-${run}`) },
  });
}
