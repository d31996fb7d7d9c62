import { runsOfEvent } from '@benchbus/events';
import type { AnyRecorded, Progress } from '@benchbus/events';
import type { RunSettings } from '@benchbus/suites';
import type { Waiting } from '../domain/board/why-waiting.ts';
import { eventDetail } from '../domain/event-detail.ts';
import { endsRun, keptUntil } from '../domain/kept-until.ts';
import { runLabel } from '../domain/run-label.ts';
import { clock, formatDuration } from './format.ts';
import { progressText } from './status-text.ts';
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
  'RunExecutionLost',
  'NetworkReserved',
  'DeploymentReady',
  'DatabaseReady',
  'FaultInjected',
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
/** These last for a moment in every run. */
const MOMENTARY = new Set<Waiting['code']>(['TASK', 'ALLOCATOR']);
const TICK_MS = 1_000;
const PLAIN_EVERY_MS = 10_000;

interface LiveRun {
  readonly runId: string;
  readonly label: string;
  keep?: RunSettings['keep'];
  /** The node a person looks at first, where there are shells. */
  shellNode?: string;
  /** Its nodes stay until then, ms since the epoch. */
  keptUntil?: number | undefined;
  stage: string;
  since: number;
  progress?: Progress | undefined;
  waiting?: Waiting | undefined;
  lastPlain: number;
}

const keptTime = (until: number): string => `kept until ${clock(until)}`;
const keptHint = ({ runId, shellNode }: LiveRun, until: number): string =>
  [
    `until ${clock(until)}`,
    `benchbus release ${runId} ends it`,
    ...(shellNode === undefined ? [] : [`benchbus shell ${runId}/${shellNode} looks at it`]),
  ].join('; ');

/**
 * Live view of a suite. On a terminal: facts as lines, and one last line rewritten each second with stage, elapsed time
 * and current throughput of what runs. Elsewhere: plain lines, progress of a run at most every ten seconds. Times are since
 * the suite was accepted. Lines name the run where the suite has several.
 */
export class Live {
  readonly #screen: Screen;
  readonly #paint: Paint;
  readonly #now: () => number;
  #start: number;
  readonly #runs = new Map<string, LiveRun>();
  #over = 0;
  /** That the suite's own limit holds runs back is said once, not for each of them. */
  #toldParallelism = false;
  #shown = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param now ms since the epoch */
  constructor(screen: Screen, paint: Paint, now: () => number) {
    this.#screen = screen;
    this.#paint = paint;
    this.#now = now;
    this.#start = now();
    // A clock on the screen, not a wait.
    if (screen.isTerminal) this.#timer = setInterval(() => this.#draw(), TICK_MS).unref();
  }

  event(event: AnyRecorded): void {
    const at = Date.parse(event.time);
    if (event.name === 'SuiteAccepted') this.#begin(event.subject.replace('evt.suite.', ''), event.data.runs, at);
    const runs = runsOfEvent(event).flatMap((runId) => this.#runs.get(runId) ?? []);
    for (const one of runs) this.#follow(one, event, at);
    const run = runs.length === 1 ? runs[0] : undefined;
    if (!SHOWN.has(event.name)) return this.#draw();
    const colour = event.name in COLOUR ? COLOUR[event.name as keyof typeof COLOUR] : 'cyan';
    const detail = event.name.startsWith('Suite') && event.name !== 'SuiteAccepted' ? '' : eventDetail(event);
    this.#fact(at, [this.#paint(colour, event.name), this.#label(run), detail]);
    // Of a keep time that is over already (a look back) the release says enough.
    if (run?.keptUntil !== undefined && endsRun(event) && run.keptUntil > this.#now())
      this.#fact(at, [this.#paint('yellow', 'kept'), this.#label(run), keptHint(run, run.keptUntil)]);
  }

  progress(progress: Progress): void {
    const run = this.#runs.get(progress.runId);
    if (!run) return;
    run.progress = progress;
    if (this.#screen.isTerminal) return this.#draw();
    const now = this.#now();
    if (now - run.lastPlain < PLAIN_EVERY_MS) return;
    run.lastPlain = now;
    this.#screen.write(`${this.#elapsed(now)}  ${this.#runText(run, now)}\n`);
  }

  /** Why a run does not go on; undefined: it does. */
  waiting(runId: string, waiting: Waiting | undefined): void {
    const run = this.#runs.get(runId);
    if (!run) return;
    run.waiting = waiting;
    if (waiting === undefined || MOMENTARY.has(waiting.code)) return this.#draw();
    if (waiting.code === 'PARALLELISM') {
      if (this.#toldParallelism) return this.#draw();
      this.#toldParallelism = true;
    }
    this.#fact(this.#now(), [this.#paint('yellow', 'waits'), this.#label(run), waiting.reason]);
  }

  /** A line of its own, above the live one. */
  line(text: string): void {
    this.#erase();
    this.#screen.write(`${text}\n`);
    this.#draw();
  }

  /** Lets something else write to the terminal, where the live line is; it comes back below. */
  around(write: () => void): void {
    this.#erase();
    write();
    this.#draw();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
  }

  #begin(suiteId: string, runs: readonly { runId: string; test: string }[], at: number): void {
    this.#start = at;
    for (const run of runs)
      this.#runs.set(run.runId, {
        runId: run.runId,
        label: runLabel(suiteId, run),
        stage: 'queued',
        since: at,
        lastPlain: -Infinity,
      });
  }

  #follow(run: LiveRun, event: AnyRecorded, at: number): void {
    if (event.name === 'RunReleased') this.#over += 1;
    if (event.name === 'RunQueued') run.keep = event.data.settings.keep;
    if (event.name === 'PlacementPlanned') {
      const node = event.data.plan.nodes.find(({ purpose }) => purpose !== 'load') ?? event.data.plan.nodes[0];
      if (node) run.shellNode = node.name;
    }
    if (endsRun(event) && run.stage !== 'release' && run.stage !== 'released') {
      run.keptUntil = run.keep && keptUntil(run.keep, event);
      Object.assign(run, { stage: run.keptUntil === undefined ? 'over' : 'kept', since: at, progress: undefined });
    }
    const stage = { RunReleaseRequested: 'release', RunReleased: 'released' }[event.name as string];
    const next = event.name === 'RunStageStarted' ? event.data.stage : stage;
    if (next === undefined) return;
    Object.assign(run, { stage: next, since: at, progress: undefined });
  }

  #elapsed = (at: number): string => formatDuration(Math.max(0, at - this.#start)).padStart(9);
  #label = (run: LiveRun | undefined): string => (run && this.#runs.size > 1 ? run.label : '');

  #fact(at: number, parts: readonly string[]): void {
    this.line([this.#paint('dim', this.#elapsed(at)), ...parts].filter((part) => part !== '').join('  '));
  }

  #runText(run: LiveRun, now: number): string {
    const kept = run.stage === 'kept' && run.keptUntil !== undefined ? run.keptUntil : undefined;
    const stage = kept === undefined ? `${run.stage} ${formatDuration(Math.max(0, now - run.since))}` : keptTime(kept);
    const parts = [this.#label(run), stage];
    if (run.progress) parts.push(progressText(run.progress));
    else if (run.waiting && run.stage === 'network') parts.push(run.waiting.reason);
    return parts.filter((part) => part !== '').join('  ');
  }

  #status(): string {
    const now = this.#now();
    const runs = [...this.#runs.values()];
    const active = runs.filter(({ stage }) => stage !== 'released' && (runs.length === 1 || stage !== 'queued'));
    const count = runs.length > 1 ? [`${this.#over}/${runs.length} done`] : [];
    const shown =
      active.length === 0
        ? [runs.length === 0 ? 'queued' : '']
        : [active.map((run) => this.#runText(run, now)).join(' | ')];
    return [this.#elapsed(now), ...count, ...shown].filter((part) => part !== '').join('  ');
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
