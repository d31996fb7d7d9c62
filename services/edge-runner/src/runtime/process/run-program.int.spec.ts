import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findByEnvironment } from '@benchbus/processes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from './run-program.ts';

describe('a short program', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'benchbus-run-program-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is told with all that it printed, and how it ended', async () => {
    const argv = ['sh', '-c', 'echo out; echo err >&2; exit 3'] as const;
    await expect(runProgram({ argv, timeoutMs: 10_000 })).resolves.toEqual({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    await expect(runProgram({ argv: ['/nowhere'], timeoutMs: 10_000 })).rejects.toMatchObject({ code: 'ENOENT' });
    const aborted = AbortSignal.abort(new Error('over'));
    await expect(runProgram({ argv: ['true'], timeoutMs: 10_000, signal: aborted })).rejects.toThrow('over');
  });

  it('lets one that is given up tidy up, where it is asked to end; one that does not end is killed', async () => {
    const made = join(dir, 'made');
    const both = async (script: string) => {
      const over = new AbortController();
      const argv = ['sh', '-c', `${script}; touch ${made}; sleep 600 & wait`] as const;
      const running = runProgram({ argv, timeoutMs: 60_000, graceMs: 1_000, signal: over.signal });
      await expect.poll(() => existsSync(made), { timeout: 10_000 }).toBe(true);
      over.abort(new Error('over'));
      await expect(running).rejects.toThrow('over');
    };
    await both(`trap 'rm ${made}; exit' TERM`);
    expect(existsSync(made)).toBe(false);
    await both("trap '' TERM");
  });

  const mine = () => findByEnvironment({ BENCHBUS_TEST_PROGRAM: dir });
  const forking = async (timeoutMs: number, signal?: AbortSignal) => {
    const script = join(dir, 'forks');
    await writeFile(script, 'sleep 600 & wait');
    const env = { BENCHBUS_TEST_PROGRAM: dir };
    return runProgram({ argv: ['sh', script], env, timeoutMs, ...(signal && { signal }) });
  };

  it('takes its children along when it is aborted', async () => {
    const over = new AbortController();
    const running = forking(60_000, over.signal);
    await expect.poll(() => mine().length, { timeout: 10_000 }).toBe(2);
    over.abort(new Error('over'));
    await expect(running).rejects.toThrow('over');
    await expect.poll(mine, { timeout: 10_000 }).toEqual([]);
  });

  it('takes its children along when it is too slow', async () => {
    await expect(forking(1_000)).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect.poll(mine, { timeout: 10_000 }).toEqual([]);
  });
});
