import { enrolRenew, problemOf, startLongTimer, type EventBus } from '@benchbus/events';
import type { Logger } from 'pino';
import type { Enrolled } from './enrol.ts';

interface Renewal {
  readonly bus: EventBus;
  readonly enrolled: Enrolled;
  readonly runId: string;
  readonly node: string;
  readonly logger: Logger;
}

/** Renewed when two thirds of what is left have passed; tried again each third of the rest. */
const SHARE = 2 / 3;
const SHORTEST_MS = 250;

/** Asks for new access before the old one ends, as long as the runner lives. The next connection uses it. */
export function renewAccess({ bus, enrolled, runId, node, logger }: Renewal): { stop(): void } {
  const { access, publicKey } = enrolled;
  if (access === undefined) return { stop: () => undefined };
  let stopped = false;
  let timer = plan();
  return {
    stop: () => {
      stopped = true;
      timer.cancel();
    },
  };

  function plan() {
    const left = (access?.current().expiresAt ?? 0) - Date.now();
    return startLongTimer(() => void renew(), Math.max(SHORTEST_MS, left * SHARE));
  }

  async function renew(): Promise<void> {
    try {
      const { access: next } = await bus.questions.ask(enrolRenew(runId, node), { publicKey });
      access?.renewed(next);
      logger.info({ until: new Date(next.expiresAt).toISOString() }, 'access to the log is renewed');
    } catch (error) {
      // The run may be over: then the node is destroyed soon. Anything else passes, or is seen when the access ends.
      logger.warn({ ...problemOf(error) }, 'access to the log could not be renewed');
    }
    if (!stopped) timer = plan();
  }
}
