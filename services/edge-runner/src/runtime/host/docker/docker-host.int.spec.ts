import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlannedNode, PlannedProcess } from '@benchbus/suites';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testEngine } from '../../../testing/docker-engine.ts';
import { dockerPlan, dockerRun, type DockerRun } from '../../../testing/docker-run.ts';
import { detachedStep } from '../../process/detached-step.ts';
import type { HostCommand, HostedProcess } from '../process-host.ts';

const { engine, lacks } = await testEngine();
const never = new AbortController().signal;
const soon = { timeoutMs: 30_000, signal: never };
const sh = (script: string, env: Record<string, string> = {}): HostCommand => ({
  ...{ program: 'sh', args: ['-c', script], env },
});

describe.skipIf(lacks !== undefined)(`processes as containers${lacks === undefined ? '' : ` (${lacks})`}`, () => {
  const plan = dockerPlan();
  const [node, load] = plan.nodes as [PlannedNode, PlannedNode];
  const [planned] = node.processes as [PlannedProcess];
  let run: DockerRun;
  let hosted: HostedProcess;
  beforeAll(async () => {
    run = await dockerRun(engine, plan);
  });
  beforeEach(async () => {
    hosted = await run.hostOf('pg').process(planned);
  });
  afterEach(async () => {
    await hosted.kill();
    // No command's container is left.
    expect((await run.list()).filter(({ Names: [name] }) => name?.endsWith('.command'))).toEqual([]);
  });
  afterAll(() => run.dispose());

  it('have the image’s user, their own folders, and programs; what is run is proven', async () => {
    expect(hosted.facts).toEqual({
      'image.postgres': expect.stringMatching(/^postgres:17-alpine@sha256:[0-9a-f]{64}$/) as string,
    });
    await hosted.writeFile('note', 'words', '0600');
    const end = await hosted.run(
      sh('id -un; id -u; cat "$WHERE/note"; echo >&2 no; exit 3', { WHERE: hosted.place.configDir }),
      soon,
    );
    expect(end).toEqual({ code: 3, stdout: 'postgres\n70\nwords', stderr: 'no\n' });
    expect((await stat(join(hosted.place.configDir, 'note'))).uid).toBe(70);
    const version = { program: join(hosted.place.binDir ?? '', 'postgres'), args: ['--version'], env: {} };
    expect((await hosted.run(version, soon)).stdout).toMatch(/^postgres \(PostgreSQL\) 17/);
  });

  it('share the network and the limits of the pod, and hold no volume of their image', async () => {
    const ask = 'hostname -i 2>/dev/null || hostname -I; cat /proc/self/cgroup';
    const { stdout } = await hosted.run(sh(ask), soon);
    expect(stdout).toContain(node.address);
    expect(stdout).toContain(`/benchbus-${run.owner.installation}/pg/`);
    await hosted.start(sh('exec sleep 60'));
    const container = await engine.docker.getContainer(`${run.pod('pg')}.postgres`).inspect();
    expect(container.Mounts.filter(({ Type }) => Type === 'volume')).toEqual([]);
    expect(container.Config.Labels).toMatchObject({ 'benchbus.process': 'postgres', 'benchbus.node': 'pg' });
  });

  it('end a command at its timeout and with the signal', async () => {
    await expect(hosted.run(sh('sleep 60'), { timeoutMs: 300, signal: never })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    const over = new AbortController();
    const running = hosted.run(sh('touch "$HOME/begun"; sleep 60'), { timeoutMs: 30_000, signal: over.signal });
    const begun = () =>
      stat(join(hosted.place.runDir, 'begun')).then(
        () => true,
        () => false,
      );
    await expect.poll(begun, { timeout: 20_000 }).toBe(true);
    over.abort(new Error('no longer wanted'));
    await expect(running).rejects.toThrow('no longer wanted');
  });

  it('say what an image lacks', async () => {
    const missing = { program: 'no-such-program', args: [], env: {} };
    const problem = {
      code: 'PROGRAM_MISSING',
      where: 'pg/postgres',
      message: expect.stringContaining('postgres:17-alpine') as string,
    };
    await expect(hosted.run(missing, soon)).rejects.toMatchObject(problem);
    await hosted.start(missing);
    expect(await hosted.untilEnded(never)).toMatchObject({ problem });
    const other = {
      ...planned,
      launch: { ...('launch' in planned && planned.launch), image: 'benchbus/no-such:1' },
    } as PlannedProcess;
    await expect(run.hostOf('pg').process(other)).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
      where: 'pg/postgres',
    });
  });

  it('run one at a time, are adopted by the next runner, and tell their end', async () => {
    expect(await hosted.start(sh('echo words; trap "exit 7" INT; while :; do sleep 0.1; done'))).toBe('started');
    const next = await run.hostOf('pg').process(planned);
    expect(await next.start(sh('exit 1'))).toBe('adopted');
    const ended = next.untilEnded(never);
    await hosted.stop({ signal: 'SIGINT', graceMs: 20_000 });
    expect(await ended).toEqual({ code: 7, said: 'words' });
    expect(await next.isRunning()).toBe(false);
    expect(await next.start(sh('echo again; exit 0'))).toBe('started');
    expect(await next.untilEnded(never)).toEqual({ code: 0, said: 'again' });
  });

  it('are killed at once, with all that they started', async () => {
    await hosted.start(sh('trap "" TERM; sleep 1000 & wait'));
    await hosted.stop({ signal: 'SIGTERM', graceMs: 200 });
    expect(await hosted.untilEnded(never)).toMatchObject({ code: 137 });
    await expect(hosted.untilEnded(never)).resolves.toBeDefined();
  });

  it('of an earlier deployment are replaced; those of a later one end this runner’s work', async () => {
    await hosted.start(sh('exec sleep 60'));
    const later = await run.hostOf('pg', 2).process(planned);
    expect(await later.isRunning()).toBe(false);
    expect(await later.start(sh('exec sleep 60'))).toBe('started');
    await expect(hosted.isRunning()).rejects.toMatchObject({ code: 'FENCED_OFF' });
    await later.kill();
    await engine.docker.getContainer(`${run.pod('pg')}.postgres`).remove({ force: true });
  });

  it('are logged from one container to the next, each line once', async () => {
    const lines: string[] = [];
    const log = {
      onLine: (line: string) => void lines.push(line),
      onSkipped: (bytes: number) => void lines.push(`${bytes} skipped`),
    };
    const following = await hosted.followLog({ from: 'start', ...log });
    for (const word of ['one', 'two']) {
      await hosted.start(sh(`echo ${word}; echo ${word} err >&2`));
      await hosted.untilEnded(never);
      await expect.poll(() => lines, { timeout: 20_000 }).toContain(`${word} err`);
    }
    await following.stop();
    // The container of another test may have said something before.
    const ours = lines.filter((line) => /^(one|two)/.test(line));
    expect(ours.sort()).toEqual(['one', 'one err', 'two', 'two err']);
    // A log that grows faster than it is read costs no more than it may.
    lines.length = 0;
    const fast = await hosted.followLog({ from: 'end', ...log });
    await hosted.start(sh('i=0; while [ $i -lt 20000 ]; do echo "line $i of a log that grows fast"; i=$((i+1)); done'));
    await hosted.untilEnded(never);
    await expect.poll(() => lines.some((line) => line.endsWith('skipped')), { timeout: 20_000 }).toBe(true);
    await fast.stop();
  });

  it('that meet the node’s memory limit say so', async () => {
    await run.limitMemory('pg', 64 * 2 ** 20);
    await hosted.start(sh('tail /dev/zero'));
    expect(await hosted.untilEnded(never)).toMatchObject({
      code: 137,
      problem: { code: 'CONTAINER_OOM_KILLED', where: 'pg/postgres' },
    });
    await run.limitMemory('pg', 2 ** 30);
  });

  it('need the node’s address', async () => {
    await expect(hosted.requireFreePorts(node.address, [5432])).resolves.toBeUndefined();
    await expect(hosted.requireFreePorts('10.1.2.3', [5432])).rejects.toMatchObject({ code: 'ADDRESS_NOT_USABLE' });
    await expect(
      run
        .hostOf('elsewhere')
        .process(planned)
        .then((one) => one.requireFreePorts('10.1.2.3', [])),
    ).rejects.toThrow();
  });

  describe('steps of load tools', () => {
    const step = (name: string, script: string) => ({
      dir: join(run.nodeDir('load'), 'attempt-1', name),
      argv: ['sh', '-c', script] as const,
      env: { SECRET: 'words' },
      user: { name: 'nobody', ids: { uid: 65_534, gid: 65_534 } },
      graceMs: 5_000,
      mayCreate: () => Promise.resolve(),
    });
    beforeAll(() => mkdir(join(run.nodeDir('load'), 'attempt-1'), { recursive: true }));

    it('run once, in the load node’s pod, whoever asks', async () => {
      const spec = step('measure', 'echo "$SECRET"; hostname -i; sleep 2; exit 4');
      const first = detachedStep({ ...spec, host: run.hostOf('load').steps }, never);
      await expect
        .poll(async () => (await run.list()).some(({ Names: [name] }) => name?.endsWith('measure')), {
          timeout: 20_000,
        })
        .toBe(true);
      const second = detachedStep({ ...spec, host: run.hostOf('load').steps }, never);
      expect(await Promise.all([first, second])).toMatchObject([
        { kind: 'exited', code: 4 },
        { kind: 'exited', code: 4 },
      ]);
      const out = await readFile(join(spec.dir, 'stdout'), 'utf8');
      expect(out).toBe(`words\n${load.address}\n`);
    });

    it('are ended as a group', async () => {
      const spec = step('endless', 'sleep 1000 & echo begun; wait');
      const over = new AbortController();
      const running = detachedStep({ ...spec, host: run.hostOf('load').steps }, over.signal);
      const begun = () => readFile(join(spec.dir, 'stdout'), 'utf8').catch(() => '');
      await expect.poll(begun, { timeout: 20_000 }).toBe('begun\n');
      over.abort(new Error('cancelled'));
      await expect(running).rejects.toThrow('cancelled');
      expect((await run.list()).filter(({ Names: [name] }) => name?.includes('endless'))).toEqual([]);
    });
  });
});
