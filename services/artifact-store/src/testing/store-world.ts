import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { artifactUpload, subjects, type AnyRecorded, type EventName } from '@benchbus/events';
import { openWorld, ServiceWorld, type Child, type SpawnedService } from '@benchbus/service/testing';
import { exampleRunSettings, exampleTest } from '@benchbus/suites/testing';
import type { Upload } from '../domain/claim.ts';

const MAIN = join(import.meta.dirname, '../main.ts');

/** The store as a process, and a bus as a runner has it. */
export class StoreWorld extends ServiceWorld {
  readonly artifacts = join(this.folder, 'artifacts');

  static async start(): Promise<StoreWorld> {
    return new StoreWorld(await openWorld(), MAIN);
  }

  override spawn(env: Readonly<Record<string, string>> = {}): Promise<SpawnedService> {
    return super.spawn({ BENCHBUS_ARTIFACTS_DIR: this.artifacts, ...env });
  }

  override launch(env: Readonly<Record<string, string>>): Child {
    return super.launch({ BENCHBUS_ARTIFACTS_DIR: this.artifacts, ...env });
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

  /** Its last fact. */
  async released(runId: string): Promise<void> {
    const subject = subjects.run(runId);
    const version = (await this.bus.log.read(subject)).at(-1)?.sequence ?? 0;
    const draft = { name: 'RunReleased', subject, data: {}, cause: runId, correlation: 'suite-1' } as const;
    await this.bus.log.append(draft, version);
  }

  /** Where to put it; undefined if it is stored already. */
  async ask(upload: Upload): Promise<{ url: string; headers: Record<string, string> } | undefined> {
    // Hundreds at once wait for each other; a runner would ask again.
    return (await this.bus.questions.ask(artifactUpload, upload, { timeoutMs: 30_000 })).upload;
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
