import type { ConsumerView, ServerView, StreamView } from '@benchbus/events';
import { plural } from '../domain/plural.ts';
import { formatBytes, formatCount, formatDuration } from '../render/format.ts';
import type { Finding } from './check.ts';

/** Every installation needs one of each. */
const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'];
/** More than so many messages that wait, and whoever takes them is slower than who writes. */
const LAG = 1_000;
/** Leases and deadlines are times of different machines. */
const CLOCK_MS = 1_000;

/** @param holders of liveness keys `service.<name>.<instance>`, with what they say of their build */
export function judgeServices(holders: ReadonlyMap<string, Readonly<Record<string, string>>>): Finding[] {
  return SERVICES.map((service) => {
    const replicas = [...holders].filter(([key]) => key.startsWith(`service.${service}.`)).map(([, value]) => value);
    const versions = [...new Set(replicas.map(({ version, commit }) => `${version} (${commit})`))].toSorted();
    const hosts = new Set(replicas.map(({ hostname }) => hostname));
    if (replicas.length === 0)
      return {
        name: service,
        status: 'fail',
        found: 'no living replica',
        hint: `start one, or read its log: it may not reach NATS`,
      };
    const found = `${plural(replicas.length, 'replica')} on ${plural(hosts.size, 'machine')}, ${versions.join(' and ')}`;
    return versions.length === 1
      ? { name: service, status: 'ok', found }
      : { name: service, status: 'warn', found, hint: 'an upgrade that is under way, or a replica that was forgotten' };
  });
}

/** @param away hosts that are announced, and whose provisioner gives no sign of life */
export function judgeHosts(
  announced: number,
  away: readonly { readonly hostId: string; readonly hostname: string }[],
): Finding {
  const name = 'hosts';
  if (away.length === 0) return { name, status: 'ok', found: `${plural(announced, 'host')}, none is away` };
  const names = away.map(({ hostId, hostname }) => `${hostname} (${hostId})`).join(', ');
  return {
    name,
    status: 'warn',
    found: `away, without a sign of life: ${names}`,
    hint: `start the provisioner there; of a host that will not come back: benchbus hosts gone ${away[0]?.hostId}`,
  };
}

export function judgeLog(streams: readonly StreamView[]): Finding {
  const name = 'the log';
  const log = streams.find((stream) => stream.name === 'EVENTS');
  if (log === undefined)
    return {
      name,
      status: 'fail',
      found: 'no stream EVENTS',
      hint: 'start a service: the first one makes the streams',
    };
  const copies = plural(log.replicas, 'copy', 'copies');
  const found = `${formatCount(log.messages)} facts, ${formatBytes(log.bytes)}, ${copies}`;
  if (!log.isAppendOnly)
    return {
      name,
      status: 'fail',
      found: `${found}; facts can be deleted`,
      hint: 'set deny_delete and deny_purge on it',
    };
  return { name, status: 'ok', found };
}

/** @param living names of services of which a replica lives: with its hands full it asks for nothing more, and is not away */
export function judgeConsumers(consumers: readonly ConsumerView[], living: ReadonlySet<string>): Finding {
  const name = 'consumers';
  const isAway = ({ name: consumer, pending, ackPending, listening }: ConsumerView): boolean =>
    listening === 0 && pending + ackPending > 0 && ![...living].some((service) => consumer.startsWith(`${service}-`));
  const stuck = consumers.filter(isAway);
  const slow = consumers.filter((one) => !isAway(one) && one.pending > LAG);
  const say = (one: ConsumerView): string =>
    `${one.name} (${formatCount(one.pending)} wait, ${formatCount(one.ackPending)} in hand)`;
  if (stuck.length > 0)
    return {
      name,
      status: 'warn',
      found: `nobody listens: ${stuck.map(say).join(', ')}`,
      hint: 'start the service, or the host, that it is named after',
    };
  if (slow.length > 0)
    return { name, status: 'warn', found: `behind: ${slow.map(say).join(', ')}`, hint: 'add replicas of the service' };
  return { name, status: 'ok', found: `${plural(consumers.length, 'consumer')}, none is behind` };
}

export function judgeClock({ clockOffsetMs }: Pick<ServerView, 'clockOffsetMs'>): Finding {
  const name = 'clock';
  const offset = Math.abs(clockOffsetMs);
  const found = `${formatDuration(offset)} ${clockOffsetMs < 0 ? 'ahead of' : 'behind'} the NATS server's`;
  if (offset <= CLOCK_MS) return { name, status: 'ok', found };
  return { name, status: 'warn', found, hint: 'let chrony or systemd-timesyncd set both clocks' };
}

/** @param parked letters that nobody handled yet */
export function judgeDeadLetters(parked: readonly { readonly code: string }[]): Finding {
  const name = 'dead letters';
  if (parked.length === 0) return { name, status: 'ok', found: 'none' };
  const codes = [...new Set(parked.map(({ code }) => code))].toSorted();
  const hint = 'benchbus dead-letters list says which; redrive or drop them';
  return { name, status: 'warn', found: `${parked.length} (${codes.join(', ')})`, hint };
}
