import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredMessage } from '@benchbus/events';
import { artifactFolder } from '../adapters/artifact-folder.ts';
import { checkpointFolder, type CheckpointPlace } from '../adapters/checkpoint-folder.ts';
import { audit, type AuditResult } from '../audit.ts';
import type { CheckpointBody } from '../checkpoint/checkpoint.ts';
import { trust } from '../checkpoint/keys.ts';
import { nextCheckpoint } from '../checkpoint/sign.ts';
import { KnownSecrets } from '../known-secrets.ts';
import { COMPLETED, recordedArtifacts, recordedLog } from './recorded-log.ts';

const END = /suite\.(completed|failed|cancelled)\.v1$/;

/** A recorded log with its checkpoints, one at each suite's end, and its artifacts, in a temporary folder. */
export class Scene {
  readonly root = mkdtempSync(join(tmpdir(), 'benchbus-audit-'));
  readonly key: KeyObject = generateKeyPairSync('ed25519').privateKey;
  readonly log: readonly StoredMessage[];
  readonly incarnation: string;
  readonly place: CheckpointPlace = checkpointFolder(join(this.root, 'checkpoints'));
  readonly artifacts = join(this.root, 'artifacts');
  readonly secrets = new KnownSecrets();
  /** What the streams beside the log hold. */
  readonly beside: Record<string, AsyncIterable<StoredMessage>> = {};

  constructor(log: readonly StoredMessage[] = recordedLog()) {
    this.log = log;
    this.incarnation = log[0]?.headers['ce-incarnation'] ?? '';
  }

  async prepare(key = this.key): Promise<void> {
    cpSync(recordedArtifacts, this.artifacts, { recursive: true });
    let previous: CheckpointBody | undefined;
    let from = 0;
    for (const [index, { headers }] of this.log.entries()) {
      if (!END.test(headers['ce-type'] ?? '')) continue;
      const messages = this.log.slice(from, index + 1);
      const time = headers['ce-time'] ?? '';
      const file = nextCheckpoint({ incarnation: this.incarnation, previous, messages, key, time });
      await this.place.create(file);
      previous = file.checkpoint;
      from = index + 1;
    }
  }

  /** Of the suite whose artifacts are here, or of the whole log without artifacts. */
  audit(log: readonly StoredMessage[] = this.log, what: 'suite' | 'log' = 'suite'): Promise<AuditResult> {
    return audit({
      incarnation: this.incarnation,
      messages: (async function* () {
        yield* log;
      })(),
      secrets: this.secrets,
      beside: this.beside,
      checkpoints: { place: this.place, trusted: trust([this.key]) },
      artifacts: what === 'log' ? undefined : artifactFolder(this.artifacts),
      suite: what === 'log' ? undefined : COMPLETED,
      now: Date.parse(this.log.at(-1)?.headers['ce-time'] ?? ''),
      graceMs: 0,
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
