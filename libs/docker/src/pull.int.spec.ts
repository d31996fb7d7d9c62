import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchbusError } from '@benchbus/events';
import { findProgram } from '@benchbus/service/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { engineAddress } from './engine-address.ts';
import { Engine } from './engine.ts';
import { ensureImage } from './pull.ts';
import type { PullOptions } from './pull.ts';
import { makeTinyImage, startEngineFront, startPrivateEngine, startTestRegistry } from './testing/index.ts';
import type { EngineFront, TestRegistry } from './testing/index.ts';

const engine = new Engine(engineAddress(process.env), 30_000);
const lacks = !(await engine.answers())
  ? 'no Docker engine answers'
  : findProgram(['docker-registry']) === undefined && 'docker-registry is not on the PATH';
const OPTIONS: PullOptions = { policy: 'missing', retries: 3, backoffMs: 50, timeoutMs: 60_000 };

describe.skipIf(lacks)(`a pull${lacks ? ` (${lacks})` : ''}`, () => {
  const tag = randomBytes(4).toString('hex');
  const folder = mkdtempSync(join(tmpdir(), 'bb-config-'));
  let registry: TestRegistry;
  /** Between engine and registry. */
  let front: EngineFront;
  let pushed = '';
  /** The same, by the front's address. */
  let image = '';
  let host = '';
  const told: { activity: string; done: number | undefined }[] = [];
  let onAgain: () => void = () => undefined;
  let onPart: () => void = () => undefined;

  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const login = (auths: object): void => writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths }));
  const pull = (options: Partial<PullOptions> = {}, name = image) =>
    ensureImage(
      engine,
      {
        ...{ image: name, node: 'pg-a', signal: new AbortController().signal },
        onProgress: (activity, done) => {
          told.push({ activity, done });
          if (activity.includes(' again: ')) onAgain();
          else if (done !== undefined && done > 0 && done < 1) onPart();
        },
      },
      { ...OPTIONS, ...options },
    );
  const has = (): Promise<boolean> =>
    engine.docker
      .getImage(image)
      .inspect()
      .then(
        () => true,
        () => false,
      );
  const again = () => told.filter(({ activity }) => activity.includes(' again: '));

  beforeAll(async () => {
    registry = await startTestRegistry();
    const name = `benchbus-test/pulled:${tag}`;
    makeTinyImage(name, 32 * 2 ** 20);
    pushed = registry.push(name, name);
    const [at = '', port = ''] = registry.host.split(':');
    front = await startEngineFront({ options: { host: at, port } }, {});
    host = front.host.replace('tcp://', '');
    image = pushed.replace(registry.host, host);
    vi.stubEnv('DOCKER_CONFIG', folder);
  });
  beforeEach(() => {
    login({ [host]: { username: registry.username, password: registry.password } });
    told.length = 0;
    onAgain = onPart = () => undefined;
  });
  afterEach(() =>
    engine.docker
      .getImage(image)
      .remove({ force: true })
      .catch(() => undefined),
  );
  afterAll(async () => {
    vi.unstubAllEnvs();
    await front.close();
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['base64 of both', () => ({ [host]: { auth: base64(`${registry.username}:${registry.password}`) } })],
    ['username and password', () => ({ [host]: { username: registry.username, password: registry.password } })],
    [
      'a URL as the key',
      () => ({ [`http://${host}/v2/`]: { auth: base64(`${registry.username}:${registry.password}`) } }),
    ],
  ])('logs in by the client’s configuration: %s; and says how far it is', async (_, auths) => {
    login(auths());
    await pull();
    expect(await has()).toBe(true);
    const parts = told.flatMap(({ done }) => done ?? []);
    expect(parts.some((done) => done > 0 && done < 1)).toBe(true);
    expect(parts.at(-1)).toBe(1);
    expect(told.every(({ activity }) => activity === `pulling ${image}`)).toBe(true);
    // It is there: with the registry gone, too.
    await front.goAway();
    await pull();
    await front.comeBack();
  });

  it.each([
    ['a wrong password', () => ({ [host]: { username: registry.username, password: 'wrong-secret' } })],
    ['a token that is none', () => ({ [host]: { identitytoken: 'wrong-secret' } })],
    ['no login', () => ({ 'other.example': { username: 'x', password: 'wrong-secret' } })],
  ])('with %s is denied at once, and says what to do', async (_, auths) => {
    login(auths());
    const problem = await pull().catch((error: unknown) => error);
    expect(problem).toMatchObject({
      code: 'IMAGE_PULL_DENIED',
      where: 'pg-a',
      message: expect.stringContaining(image) as string,
      hint: expect.stringContaining(`docker login ${host}`) as string,
    });
    expect(JSON.stringify((problem as BenchbusError).problem)).not.toContain('wrong-secret');
    expect(again()).toEqual([]);
  });

  it('of a tag that is not there is not tried again, either', async () => {
    await expect(pull({}, `${image}x`)).rejects.toMatchObject({ code: 'IMAGE_MISSING', where: 'pg-a' });
    expect(again()).toEqual([]);
  });

  it('is tried again when its registry was away', async () => {
    await front.goAway();
    onAgain = () => void front.comeBack();
    await pull({ backoffMs: 500 });
    expect(await has()).toBe(true);
    expect(again()[0]?.activity).toContain(`pulling ${image} again: image ${image} could not be pulled`);
  });

  it('is tried again when its registry went away in the middle', async () => {
    onPart = () => {
      onPart = () => undefined;
      front.freeze();
    };
    onAgain = () => front.thaw();
    await pull({ timeoutMs: 2_000 });
    expect(await has()).toBe(true);
    expect(again().length).toBeGreaterThan(0);
  });

  it('is given up after its tries', async () => {
    await front.goAway();
    await expect(pull({ retries: 2, backoffMs: 10 })).rejects.toMatchObject({
      code: 'IMAGE_PULL_FAILED',
      where: 'pg-a',
    });
    expect(again()).toHaveLength(2);
    await front.comeBack();
  });
});

describe.skipIf(lacks || process.getuid?.() !== 0)('a pull of an image of Docker Hub', () => {
  it('comes from the mirror that the engine has, under its own name', async () => {
    const name = `benchbus-test/mirrored:${randomBytes(4).toString('hex')}`;
    const registry = await startTestRegistry({ open: true });
    const own = await startPrivateEngine({ diskBytes: 64 * 2 ** 20, mirror: registry.host });
    try {
      makeTinyImage(name, 8 * 2 ** 20);
      registry.push(name, name);
      const parts: number[] = [];
      const request = { image: name, signal: new AbortController().signal };
      const onProgress = (_: string, done?: number) => void parts.push(done ?? 0);
      await ensureImage(own.engine, { ...request, onProgress }, OPTIONS);
      expect((await own.engine.docker.getImage(name).inspect()).RepoTags).toEqual([name]);
      expect(parts.some((done) => done > 0 && done < 1)).toBe(true);
      // What neither the mirror nor, here, Docker Hub has.
      const other = { ...request, image: 'benchbus-test/nowhere:1', onProgress: () => undefined };
      await expect(ensureImage(own.engine, other, { ...OPTIONS, retries: 0 })).rejects.toMatchObject({
        code: expect.stringMatching(/^IMAGE_(MISSING|PULL_FAILED|PULL_DENIED)$/) as string,
      });
    } finally {
      await own.stop();
      await registry.close();
    }
  });
});
