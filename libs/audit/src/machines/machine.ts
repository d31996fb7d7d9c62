import type { AnyRecorded, EventName } from '@benchbus/events';

/** The state before the first event. */
export const START = 'none';

/**
 * One state machine of an aggregate. `table`: state → step → next state; a step that is not listed is illegal. The step is the
 * event's name, where the table tells them apart with more (`RunStageStarted:workload`).
 */
export interface Machine {
  /** What it is the state of: `run`, `block`. */
  readonly of: string;
  /** Of an aggregate that holds many (a pool its blocks): which ones the event is about; `['']` = the aggregate itself. */
  readonly key: (event: AnyRecorded) => readonly string[];
  readonly step: (event: AnyRecorded) => string;
  readonly table: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The same next state for several steps. */
export const steps = (names: readonly string[], next: string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, next]));

export const byName = (event: AnyRecorded): EventName => event.name;
export const whole = (): readonly string[] => [''];
