import { afterAll, afterEach, beforeAll } from 'vitest';
import { startEngine, type EngineOptions, type RunningEngine } from '../start-engine.ts';
import { connect, Workers, type Client } from './sdk.ts';
import { tempDir } from './temp-dir.ts';

export interface Fixture {
  readonly engine: RunningEngine;
  readonly client: Client;
  readonly workers: Workers;
}

/** One engine per spec file, and a client; workers are stopped after every test. */
export function engineFixture(options: Omit<EngineOptions, 'stateDir'> = {}): () => Fixture {
  const directory = tempDir();
  let fixture: Fixture | undefined;
  beforeAll(async () => {
    const engine = await startEngine({ stateDir: directory.path, ...options });
    const client = connect(engine);
    fixture = { engine, client, workers: new Workers(client) };
  });
  afterEach(async () => {
    await fixture?.workers.stop();
  });
  afterAll(async () => {
    await fixture?.engine.stop();
    directory.remove();
  });
  return () => {
    if (!fixture) throw new Error('the engine of this spec did not start');
    return fixture;
  };
}
