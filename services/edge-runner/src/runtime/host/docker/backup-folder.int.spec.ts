import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlannedProcess } from '@benchbus/suites';
import { exampleHardware } from '@benchbus/suites/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testEngine } from '../../../testing/docker-engine.ts';
import { dockerPlan, dockerRun, type DockerRun } from '../../../testing/docker-run.ts';

const { engine, lacks } = await testEngine();
const why = lacks === undefined ? '' : ` (skipped: ${lacks})`;

describe.skipIf(lacks !== undefined)(`the folder of dumps in containers${why}`, { timeout: 60_000 }, () => {
  let run: DockerRun;
  let base: string;
  let folder: string;
  let planned: PlannedProcess;
  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'benchbus-folder-'));
    folder = join(base, "it's: here");
    const plan = dockerPlan({
      nodes: [
        {
          ...{ name: 'pg', hardware: exampleHardware(), postgres: { role: 'primary', settings: {} } },
          backup: { tool: 'pg_dump', schedule: '* * * * *', destination: { path: folder } },
        },
      ],
    });
    run = await dockerRun(engine, plan);
    const found = plan.nodes[0]?.processes.find(({ kind }) => kind === 'backup');
    if (found === undefined) throw new Error('no backup is planned');
    planned = found;
  });
  afterEach(async () => {
    await run.dispose();
    await rm(base, { recursive: true, force: true });
    expect(await run.list()).toEqual([]);
  });

  it('has to be there, and to be writable, before anything is started', async () => {
    const host = run.hostOf('pg');
    const problem = (code: string) => ({ problem: { code, where: 'node pg, process backup' } });
    await expect(host.process(planned)).rejects.toMatchObject(problem('BACKUP_FOLDER_MISSING'));
    expect(existsSync(folder)).toBe(false);
    await mkdir(folder, { mode: 0o755 });
    await expect(host.process(planned)).rejects.toMatchObject(problem('BACKUP_FOLDER_DENIED'));
    await chmod(folder, 0o1777);
    const hosted = await host.process(planned);
    const limits = { timeoutMs: 30_000, signal: AbortSignal.timeout(30_000) };
    const args = ['-c', 'echo dump >"$1/whole"', 'sh', folder];
    expect(await hosted.run({ program: 'sh', args, env: {} }, limits)).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'whole'))).toBe(true);
  });

  it('is tidied up by a backup that is given up', async () => {
    await mkdir(folder);
    await chmod(folder, 0o1777);
    const hosted = await run.hostOf('pg').process(planned);
    const partial = join(folder, 'x.partial');
    const script = 'trap \'rm -f "$1"\' EXIT; trap "exit 143" TERM; echo half >"$1"; sleep 3600';
    const over = new AbortController();
    const command = { program: 'sh', args: ['-c', script, 'sh', partial], env: {} };
    const ended = hosted.run(command, { timeoutMs: 50_000, signal: over.signal, graceMs: 20_000 });
    const rejected = expect(ended).rejects.toThrow('the run is over');
    await expect.poll(() => existsSync(partial), { timeout: 20_000 }).toBe(true);
    over.abort(new Error('the run is over'));
    await rejected;
    expect(existsSync(partial)).toBe(false);
  });
});
