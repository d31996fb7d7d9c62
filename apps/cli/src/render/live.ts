import type { AnyRecorded, Progress } from '@benchbus/events';
import { eventDetail } from '../domain/event-detail.ts';
import { formatDuration } from './format.ts';
import type { Paint } from './style.ts';

/** Where live output goes: a terminal (its width known) or anything else. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly write: (text: string) => void;
}

/** Facts a person watching wants as lines of their own. */
const SHOWN = new Set<AnyRecorded['name']>([
  'SuiteAccepted',
  'RunStageStarted',
  'NetworkReserved',
  'DeploymentReady',
  'DatabaseReady',
  'WorkloadFinished',
  'RunCompleted',
  'RunFailed',
  'RunCancelled',
  'RunReleased',
  'RunReleaseOverdue',
  'SuiteCancelling',
  'SuiteCompleted',
  'SuiteFailed',
  'SuiteCancelled',
]);

const COLOUR = { RunCompleted: 'green', SuiteCompleted: 'green', RunFailed: 'red', SuiteFailed: 'red' } as const;
const TICK_MS = 1_000;
const PLAIN_EVERY_MS = 10_000;

/**
 * Live view of a suite. On a terminal: facts as lines, and one last line rewritten each second with stage, elapsed time
 * and current throughput. Elsewhere: plain lines, progress at most every ten seconds.
 */
export class Live {
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #now: () => number;
  readonly #start: number;
  #stage = 'queued';
  #stageSince: number;
  #progress: Progress | undefined;
  #lastPlain = -Infinity;
  #shown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen, paint: Paint, now: () => number) {
    this.#screen = screen;
    this.#paint = paint;
    this.#now = now;
    this.#start = this.#stageSince = now();
    // A clock on the screen, not a wait.
    if (screen.isTerminal) this.#timer = setInterval(() => this.#draw(), TICK_MS).unref();
  }

  event(event: AnyRecorded): void {
    if (event.name === 'RunStageStarted') {
      this.#stage = event.data.stage;
      this.#stageSince = this.#now();
      this.#progress = undefined;
    }
    if (event.name === 'RunReleaseRequested') {
      this.#stage = 'release';
      this.#stageSince = this.#now();
      this.#progress = undefined;
    }
    if (!SHOWN.has(event.name)) return this.#draw();
    const colour = event.name in COLOUR ? COLOUR[event.name as keyof typeof COLOUR] : 'cyan';
    const elapsed = formatDuration(this.#now() - this.#start).padStart(9);
    const detail = event.name.startsWith('Suite') && event.name !== 'SuiteAccepted' ? '' : eventDetail(event);
    this.line(`${this.#paint('dim', elapsed)}  ${this.#paint(colour, event.name)}${detail ? `  ${detail}` : ''}`);
  }

  progress(progress: Progress): void {
    this.#progress = progress;
    if (this.#screen.isTerminal) return this.#draw();
    if (this.#now() - this.#lastPlain < PLAIN_EVERY_MS) return;
    this.#lastPlain = this.#now();
    this.#screen.write(`${this.#status()}\n`);
  }

  /** A line of its own, above the live one. */
  line(text: string): void {
    this.#erase();
    this.#screen.write(`${text}\n`);
    this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
  }

  #status(): string {
    const now = this.#now();
    const parts = [
      `${formatDuration(now - this.#start).padStart(9)}  ${this.#stage} ${formatDuration(now - this.#stageSince)}`,
    ];
    const { activity, tps, latencyAverageMs, done } = this.#progress ?? {};
    if (activity !== undefined) parts.push(activity);
    if (tps !== undefined) parts.push(`${tps.toFixed(0)} tps`);
    if (latencyAverageMs !== undefined) parts.push(`${latencyAverageMs.toFixed(2)} ms`);
    if (done !== undefined) parts.push(`${Math.round(100 * done)} %`);
    return parts.join('  ');
  }

  #draw(): void {
    if (!this.#screen.isTerminal || this.#timer === undefined) return;
    const text = this.#status().slice(0, Math.max(10, this.#screen.columns() - 1));
    this.#screen.write(`\r\x1b[2K${text}`);
    this.#shown = true;
  }

  #erase(): void {
    if (this.#shown) this.#screen.write('\r\x1b[2K');
    this.#shown = false;
  }
}
