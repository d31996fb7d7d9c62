import { v4 } from 'uuid';
import type { Asked } from '../bus/questions.ts';
import type { LogLine, Progress } from '../bus/telemetry.ts';
import { exhaustedSubject } from '../core/advisory.ts';
import type { DurableSettings } from '../core/consume-stream.ts';
import { LivenessBoard } from '../core/liveness-board.ts';
import { MemoryDurable } from './memory-durable.ts';
import type { MemoryRecords } from './memory-records.ts';
import { MemoryStream } from './memory-stream.ts';

export type Answerer = (body: Uint8Array, asked: Asked) => Promise<Uint8Array>;

/** What several memory buses share, as several processes share a server. */
export class MemoryBroker {
  readonly incarnation = v4();
  readonly events = new MemoryStream('EVENTS');
  readonly requests = new MemoryStream('REQUESTS');
  readonly deadLetters = new MemoryStream('DEADLETTERS');
  readonly advisories = new MemoryStream('ADVISORIES');
  /** Message ids seen, as the de-duplication window knows them: the window of this twin never ends. */
  readonly ids = new Set<string>();
  readonly liveness = new LivenessBoard();
  readonly records = new Map<string, MemoryRecords>();
  readonly snapshots = new Map<string, Uint8Array>();
  readonly answerers = new Map<string, Set<Answerer>>();
  readonly progressListeners = new Set<(progress: Progress) => void>();
  readonly logLines: LogLine[] = [];
  readonly logListeners = new Set<(line: LogLine) => void>();
  readonly lastProgress = new Map<string, Progress>();
  readonly #durables = new Map<string, MemoryDurable>();
  #revision = 0;

  nextRevision(): number {
    return (this.#revision += 1);
  }

  stream(name: string): MemoryStream {
    const all = [this.events, this.requests, this.deadLetters, this.advisories];
    const found = all.find((stream) => stream.name === name);
    if (found === undefined) throw new RangeError(`no stream ${name}`);
    return found;
  }

  deleteDurable(stream: string, name: string): void {
    this.#durables.delete(`${stream}/${name}`);
  }

  durable(stream: MemoryStream, { name, subjects, maxDeliveries }: DurableSettings): MemoryDurable {
    const key = `${stream.name}/${name}`;
    const known = this.#durables.get(key);
    if (known !== undefined) {
      known.subjects = subjects;
      known.maxDeliveries = maxDeliveries;
      return known;
    }
    const durable = new MemoryDurable(stream, subjects, maxDeliveries, ({ sequence }, deliveries) => {
      const report = { stream: stream.name, consumer: name, stream_seq: sequence, deliveries };
      const body = new TextEncoder().encode(JSON.stringify(report));
      this.advisories.add(exhaustedSubject(stream.name, name), {}, body);
    });
    this.#durables.set(key, durable);
    return durable;
  }
}
