import { Engine, engineAddress } from '@benchbus/docker';

const ENGINE_TIMEOUT_MS = 30_000;

/** The images that tests of containers need: the official names, whoever made them (tools/offline-images). */
export const RUNNER_IMAGE = process.env['BENCHBUS_RUNNER_IMAGE'] ?? 'benchbus/runner:dev';
const IMAGES = ['postgres:17-alpine', 'benchbus/patroni:17', 'quay.io/coreos/etcd:v3.5.17', RUNNER_IMAGE];

export interface TestEngine {
  readonly engine: Engine;
  /** Why tests of containers cannot run here; undefined: they can. */
  readonly lacks: string | undefined;
}

/** The engine that DOCKER_HOST names. */
export async function testEngine(): Promise<TestEngine> {
  const engine = new Engine(engineAddress(process.env), ENGINE_TIMEOUT_MS);
  if (!(await engine.answers())) return { engine, lacks: `no Docker engine answers at ${engine.host}` };
  const there = await Promise.all(
    IMAGES.map((image) =>
      engine.docker
        .getImage(image)
        .inspect()
        .then(
          () => true,
          () => false,
        ),
    ),
  );
  const missing = IMAGES.filter((_, index) => there[index] !== true);
  return { engine, lacks: missing.length === 0 ? undefined : `the engine lacks ${missing.join(', ')}` };
}
