import { BenchbusError } from '@benchbus/events';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { requestCancel, waitForEnd } from '../client/cancel-suite.ts';
import { suiteSubject, unknownSuite } from '../client/load-suite-events.ts';
import { EXIT } from '../exit-codes.ts';
import type { Run, ServerOptions } from './command.ts';

export interface CancelArgs extends ServerOptions {
  readonly suite: string;
  readonly wait: boolean;
  readonly json: boolean;
}

/** Asks to cancel a suite; with `wait` until everything it held is released. */
export const cancel: Run<CancelArgs> = async ({ suite, wait, json, nats }, context) => {
  const subject = suiteSubject(suite);
  return await withBus(findConnection(nats, context.env), async (bus) => {
    const history = await bus.log.read(subject);
    if (history.length === 0) throw unknownSuite(suite);
    const last = history.at(-1)?.name;
    if (last !== undefined && !['SuiteAccepted', 'SuiteCancelling'].includes(last)) {
      throw new BenchbusError({
        code: 'SUITE_OVER',
        message: `suite ${suite} is over already: ${last}`,
        where: 'SUITE',
      });
    }
    await requestCancel(bus, suite, 'asked by a user');
    if (!wait) {
      if (json) context.out(JSON.stringify({ ok: true, suiteId: suite }));
      else context.out(`asked to cancel ${suite}; benchbus events --suite ${suite} --follow shows it end`);
      return EXIT.success;
    }
    const end = await waitForEnd(bus, suite);
    context.out(json ? JSON.stringify({ ok: true, suiteId: suite, end: end.name }) : `${suite}: ${end.name}`);
    return EXIT.success;
  });
};
