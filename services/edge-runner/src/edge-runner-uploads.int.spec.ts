import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subjects, type ArtifactClaim } from '@benchbus/events';
import { exampleWorkload } from '@benchbus/suites/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratchNode } from './testing/scratch.ts';
import { startStore } from './testing/store-twin.ts';
import { ready, startWorld, type World } from './testing/world.ts';
import { artifactsDir } from './work/attempt-dirs.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

// No load tool runs here: the log says what it left, and the files lie where it would have left them.
describe('what a failed workload left', { timeout: 120_000 }, () => {
  let world: World;
  let store: Awaited<ReturnType<typeof startStore>>;
  let node: Awaited<ReturnType<typeof scratchNode>>;
  let run: string;

  beforeAll(async () => {
    world = await startWorld();
    store = await startStore(world.bus);
  });
  afterAll(async () => {
    await store.stop();
    await world.stop();
  });
  beforeEach(async () => {
    node = await scratchNode();
    run = `r-${randomBytes(4).toString('hex')}`;
    store.state.refuse = 0;
    const workload = exampleWorkload({ script: 'select-only', clients: 2 });
    await world.plan(run, {
      nodes: [
        {
          name: 'load',
          purpose: 'load',
          address: '127.200.0.9',
          hardware: workload.hardware,
          processes: [{ kind: 'load', workload }],
        },
      ],
      connection: { host: '127.0.0.1', port: 1, user: 'bench', database: 'bench' },
    });
  });
  afterEach(async () => {
    await world.stopRunners();
    await node.dispose();
  });

  /** Writes a file, and claims it as it is. */
  const left = async (attempt: number, name: string, text = name): Promise<ArtifactClaim> => {
    const dir = artifactsDir(node.dir, attempt);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, name), text);
    return {
      artifactId: randomUUID(),
      name,
      bytes: Buffer.byteLength(text),
      sha256: sha256(text),
      contentType: 'text/plain',
    };
  };
  const failed = async (attempt: number, artifacts: ArtifactClaim[]) => {
    const subject = subjects.edge(run, 'load');
    const { incarnation } = world.bus.log;
    await world.append<'WorkloadStarted'>({
      name: 'WorkloadStarted',
      subject,
      attempt,
      discriminator: `started-${attempt}`,
      data: { attempt, fence: { incarnation, sequence: 1 }, instance: 'before' },
    });
    const problem = { code: 'INTERRUPTED', message: 'test' };
    await world.append<'WorkloadFailed'>({
      name: 'WorkloadFailed',
      subject,
      attempt,
      discriminator: `failed-${attempt}`,
      data: { attempt, problem, artifacts },
    });
  };
  const stored = ({ artifactId }: ArtifactClaim) =>
    world.bus.log.waitFor(
      [subjects.artifact(artifactId)],
      () => Promise.resolve(store.stored.has(artifactId) || undefined),
      { what: 'the artifact', timeoutMs: 45_000 },
    );
  const says = (...words: string[]) => {
    return (line: string) => (words.every((word) => line.includes(word)) ? true : undefined);
  };

  it('is uploaded side by side: neither a refused, a lost nor a changed file holds up the others', async () => {
    const refused = { ...(await left(1, 'refused.log')), sha256: sha256('something else') };
    const lost = { ...(await left(1, 'kept.log')), name: 'lost.log' };
    const changed = { ...(await left(1, 'changed.log')), bytes: 3 };
    const good = await left(2, 'good.log');
    await failed(1, [refused, lost, changed]);
    await failed(2, [good]);
    const runner = world.launch(run, 'load', node.dir, {
      BENCHBUS_UPLOADS_AT_ONCE: '1',
      BENCHBUS_UPLOAD_RETRY_MAX_MS: '100',
    });
    await stored(good);
    await runner.line(says('UPLOAD_FILE_GONE', 'lost.log'), 'the lost file');
    await runner.line(says('UPLOAD_FILE_CHANGED', 'changed.log'), 'the changed file');
    const count = (word: string) => runner.lines.filter((line) => line.includes(word)).length;
    const before = count('UPLOAD_REFUSED');
    await runner.line(() => (count('UPLOAD_REFUSED') > before + 2 ? true : undefined), 'more tries');
    expect([count('UPLOAD_FILE_GONE'), count('UPLOAD_FILE_CHANGED')]).toEqual([1, 1]);
  });

  it('goes on being uploaded after RunFailed, until the run is being released', async () => {
    const [first, second] = [await left(1, 'first.log'), await left(1, 'second.log')];
    const unwanted = { ...(await left(1, 'unwanted.log')), sha256: sha256('something else') };
    await failed(1, [first, second, unwanted]);
    store.state.refuse = 1_000_000;
    const runner = world.launch(run, 'load', node.dir, { BENCHBUS_UPLOAD_RETRY_MAX_MS: '100' });
    await ready(runner);
    await runner.line(says('UPLOAD_REFUSED', 'second.log'), 'a refusal');
    const subject = subjects.run(run);
    const problem = { code: 'INTERRUPTED', message: 'test' };
    await world.append<'RunFailed'>({ name: 'RunFailed', subject, data: { problem } });
    const { puts } = store.state;
    store.state.refuse = 0;
    await Promise.all([stored(first), stored(second)]);
    expect(store.state.puts).toBeGreaterThan(puts);
    expect(runner.process.exitCode).toBeNull();
    const deadline = new Date(Date.now() + 60_000).toISOString();
    await world.append<'RunReleaseRequested'>({
      name: 'RunReleaseRequested',
      subject,
      data: { reason: 'ended', deadline },
    });
    await runner.line(says('uploads end'), 'the end of the uploads');
    expect(await runner.stop('SIGTERM')).toMatchObject({ code: 0 });
  });
});
