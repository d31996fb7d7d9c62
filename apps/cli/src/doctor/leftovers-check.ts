import { BenchbusError } from '@benchbus/events';
import { askJanitors } from '../client/ask-janitors.ts';
import { findConnection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { plural } from '../domain/plural.ts';
import type { Check } from './check.ts';

/** A doctor's patience: a host that does not answer is one that has to be looked at. */
const LOOKING_MS = 5_000;

/** What a dry run of the janitor finds on the hosts of the installation that is reachable. */
export function leftovers(given: string | undefined, env: NodeJS.ProcessEnv): Check {
  const name = 'leftovers';
  return async () => {
    try {
      const ask = { dryRun: true, timeoutMs: LOOKING_MS };
      const { hosts, log } = await withBus(findConnection(given, env), (bus) => askJanitors(bus, ask), {
        ensureStreams: false,
      });
      const found = hosts.reduce((sum, host) => sum + (host.leftovers?.length ?? 0), 0);
      const silent = hosts.filter((host) => host.leftovers === undefined);
      if (silent.some(({ problem }) => problem?.code === 'NATS_NOT_PERMITTED'))
        return { name, status: 'warn', found: 'not looked for', hint: 'the operator may (NATS_CREDS_FILE)' };
      const parts = [
        ...(found === 0 ? [] : [plural(found, 'leftover')]),
        ...(silent.length === 0 ? [] : [`no answer from ${silent.map(({ host }) => host.hostname).join(', ')}`]),
        ...(log.overdue.length === 0 ? [] : [plural(log.overdue.length, 'overdue release')]),
        ...(log.reservations.length === 0
          ? []
          : [plural(log.reservations.length, 'reservation without a run', 'reservations without a run')]),
      ];
      if (parts.length === 0) return { name, status: 'ok', found: `none on ${plural(hosts.length, 'host')}` };
      const hint = 'benchbus janitor --dry-run says what and why, benchbus janitor removes it';
      return { name, status: 'warn', found: parts.join(', '), hint };
    } catch (error) {
      if (!(error instanceof BenchbusError)) throw error;
      // The check of the NATS server says what is wrong.
      const hint = 'what the check of the NATS server says';
      return { name, status: 'warn', found: `not looked for: ${error.message}`, hint };
    }
  };
}
