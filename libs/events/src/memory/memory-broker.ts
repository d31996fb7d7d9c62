import { v4 } from 'uuid';
import type { LogLine, Progress } from '../bus/telemetry.ts';
import { LivenessBoard } from '../core/liveness-board.ts';
import { MemoryDurable } from './memory-durable.ts';
import { MemoryStream } from './memory-stream.ts';

export type Answerer = (body: Uint8Array) => Promise<Uint8Array>;

/** What several memory buses share, as several processes share a server. */
export class MemoryBroker {
  readonly incarnation = v4();
  readonly events = new MemoryStream('EVENTS');
  readonly requests = new MemoryStream('REQUESTS');
  readonly deadLetters = new MemoryStream('DEADLETTERS');
  /** Message ids seen, as the de-duplication window knows them: the window of this twin never ends. */
  readonly ids = new Set<string>();
  readonly liveness = new LivenessBoard();
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

  durable(stream: MemoryStream, name: string, subjects: readonly string[]): MemoryDurable {
    const key = `${stream.name}/${name}`;
    const known = this.#durables.get(key);
    if (known !== undefined) {
      known.subjects = subjects;
      return known;
    }
    const durable = new MemoryDurable(stream, subjects);
    this.#durables.set(key, durable);
    return durable;
  }
}
