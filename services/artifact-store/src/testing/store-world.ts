import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  artifactUpload,
  connectBus,
  subjects,
  type AnyRecorded,
  type EventBus,
  type EventName,
} from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { launchService, spawnService, type Child, type SpawnedService } from '@benchbus/service/testing';
import { exampleRunSettings, exampleTest } from '@benchbus/suites/testing';
import type { Upload } from '../domain/claim.ts';

const MAIN = join(import.meta.dirname, '../main.ts');

/** A real NATS server, a bus as a runner has it, a folder, and the store as a process. */
export class StoreWorld {
  readonly nats: TestNatsServer;
  readonly bus: EventBus;
  readonly folder: string;
  readonly artifacts: string;
  readonly #children: Child[] = [];

  private constructor(nats: TestNatsServer, bus: EventBus, folder: string) {
    this.nats = nats;
    this.bus = bus;
    this.folder = folder;
    this.artifacts = join(folder, 'artifacts');
  }

  static async start(): Promise<StoreWorld> {
    const nats = await startNatsServer();
    const bus = await connectBus({ servers: nats.url, name: 'test', source: 'benchbus/test' });
    return new StoreWorld(nats, bus, await mkdtemp(join(tmpdir(), 'benchbus-store-')));
  }

  #options(env: Readonly<Record<string, string>>) {
    return { main: MAIN, env: { NATS_URL: this.nats.url, BENCHBUS_ARTIFACTS_DIR: this.artifacts, ...env } };
  }

  async store(env: Readonly<Record<string, string>> = {}): Promise<SpawnedService> {
    const service = await spawnService(this.#options(env));
    this.#children.push(service);
    return service;
  }

  /** One that is expected to die while it starts. */
  launch(env: Readonly<Record<string, string>>): Child {
    const child = launchService(this.#options(env));
    this.#children.push(child);
    return child;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
    await this.bus.close();
    await this.nats.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A queued run; returns its id. */
  async run(retentionMs = 3_600_000): Promise<string> {
    const runId = `run-${randomUUID()}`;
    await this.bus.log.append(
      {
        name: 'RunQueued',
        subject: subjects.run(runId),
        data: {
          suiteId: 'suite-1',
          index: 0,
          repeat: 1,
          test: exampleTest(),
          settings: exampleRunSettings({ artifacts: { retentionMs } }),
        },
        cause: runId,
        correlation: 'suite-1',
      },
      0,
    );
    return runId;
  }

  /** Where to put it; undefined if it is stored already. */
  async ask(upload: Upload): Promise<{ url: string; headers: Record<string, string> } | undefined> {
    return (await this.bus.questions.ask(artifactUpload, upload)).upload;
  }

  async put(upload: Upload, body: string): Promise<Response> {
    const answer = await this.ask(upload);
    if (answer === undefined) throw new Error('stored already');
    return fetch(answer.url, { method: 'PUT', headers: answer.headers, body });
  }

  async facts(upload: Upload): Promise<AnyRecorded[]> {
    return this.bus.log.read(subjects.artifact(upload.claim.artifactId));
  }

  async fact<N extends EventName>(upload: Upload, name: N): Promise<Extract<AnyRecorded, { readonly name: N }>> {
    const subject = subjects.artifact(upload.claim.artifactId);
    const probe = async () => (await this.bus.log.read(subject)).find((event) => event.name === name);
    const found = await this.bus.log.waitFor([subject], probe, { what: name, timeoutMs: 20_000 });
    return found as Extract<AnyRecorded, { readonly name: N }>;
  }
}

export function uploadOf(runId: string, text: string, more: Partial<Upload['claim']> = {}): Upload {
  return {
    runId,
    node: 'load',
    claim: {
      artifactId: randomUUID(),
      name: 'pgbench.log',
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      contentType: 'text/plain',
      ...more,
    },
  };
}
