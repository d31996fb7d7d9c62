import { setTimeout as delay } from 'node:timers/promises';
import { InvalidEvent, VersionConflict } from './errors.ts';
import type { Decide, EventLog } from './event-log.ts';
import type { AnyRecorded, Draft } from './recorded-event.ts';

export interface DecideOptions {
  /** How often to decide at most. Default 20: enough for some dozen writers of one aggregate at once. */
  readonly tries?: number;
}

/**
 * Read → decide → append at the version that was read; after a VersionConflict, read and decide again (bounded, with
 * jitter). Returns the fact in the log, or undefined where `decide` had nothing to say.
 * @throws VersionConflict after the last try
 */
export async function decideAndAppend(
  log: EventLog,
  subject: string,
  decide: Decide,
  { tries = 20 }: DecideOptions = {},
): Promise<AnyRecorded | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const history = await log.read(subject);
    const draft = decide(history);
    if (draft === undefined) return undefined;
    if (draft.subject !== subject)
      throw new InvalidEvent(draft.name, `decided for ${subject}, drafted for ${draft.subject}`);
    try {
      const appended = await log.append(draft as Draft, history.at(-1)?.sequence ?? 0);
      return appended.event as AnyRecorded;
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt >= tries) throw error;
      // Full jitter: writers that collided must not collide again in step.
      await delay(Math.random() * Math.min(250, 10 * 2 ** attempt));
    }
  }
}
