import { BenchbusError, inspectServer, livingHosts, subjects, type EventBus } from '@benchbus/events';
import { findCheckpoints } from '../client/checkpoint-places.ts';
import { readLog } from '../client/read-log.ts';
import { findConnection, type Connection } from '../connection/find-connection.ts';
import { withBus } from '../connection/open-bus.ts';
import { knownHosts } from '../domain/hosts.ts';
import type { Check, Finding } from './check.ts';
import { examineCheckpoints } from './checkpoint-check.ts';
import {
  judgeClock,
  judgeConsumers,
  judgeDeadLetters,
  judgeHosts,
  judgeLog,
  judgeServices,
} from './judge-installation.ts';
import { judgeArchive, judgeBeside, judgeRoom } from './judge-storage.ts';

const CONNECT_TIMEOUT_MS = 2_000;

/** What an installation tells from outside, by its NATS alone: who lives, what waits, what nobody could handle. */
export function installation(given: string | undefined, env: NodeJS.ProcessEnv): Check {
  return async () => {
    let connection: Connection;
    try {
      connection = findConnection(given, env);
    } catch (error) {
      if (!(error instanceof BenchbusError)) throw error;
      return []; // the check of the NATS server says that there is none
    }
    try {
      return await examine(connection, env);
    } catch (error) {
      if (!(error instanceof BenchbusError)) throw error;
      if (error.code === 'NATS_UNREACHABLE') return []; // said by that check, too
      const { code, message, hint } = error;
      return { name: 'installation', status: 'fail', found: message, code, ...(hint ? { hint } : {}) };
    }
  };
}

/** The operator's alone, on a server with accounts. */
async function parkedLetters(bus: EventBus): Promise<Finding> {
  try {
    return judgeDeadLetters(await bus.deadLetters.list());
  } catch (error) {
    if (!(error instanceof BenchbusError) || error.code !== 'NATS_NOT_PERMITTED') throw error;
    return { name: 'dead letters', status: 'ok', found: "not looked for: that takes the operator's credentials" };
  }
}

/** A host whose provisioner is gone is not seen in the services' signs of life while another one lives. */
async function hosts(bus: EventBus): Promise<Finding> {
  const [living, announced] = [await livingHosts(bus.liveness), await readLog(bus, ['evt.host.*'])];
  const isAway = ({ hostId, left }: { hostId: string; left: boolean }): boolean => !left && !living.has(hostId);
  const suspects = knownHosts(announced).filter(isAway);
  // What was said to be gone stands with the host's capacity, which has many facts: only of those few.
  const lost = await Promise.all(suspects.map(({ hostId }) => bus.log.read(subjects.capacity(hostId))));
  const history = [...announced, ...lost.flat()].toSorted((a, b) => a.sequence - b.sequence);
  const known = knownHosts(history).filter(({ left }) => !left);
  return judgeHosts(known.length, known.filter(isAway));
}

async function examine(connection: Connection, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const { natsUrl: servers, security } = connection;
  const view = await inspectServer({ servers, name: 'doctor', connectTimeoutMs: CONNECT_TIMEOUT_MS, ...security });
  const log = judgeLog(view.streams);
  if (view.streams.length === 0) return [log];
  const checkpoints = await findCheckpoints(env, {}).catch(() => undefined);
  const [holders, hostFinding, letters, signed] = await withBus(
    connection,
    (bus) =>
      Promise.all([
        bus.liveness.holders('service.'),
        hosts(bus),
        parkedLetters(bus),
        checkpoints === undefined ? [] : examineCheckpoints(bus.log, checkpoints, Date.now()),
      ]),
    { ensureStreams: false },
  );
  const living = new Set([...holders.keys()].map((key) => key.split('.')[1] ?? ''));
  const storage = [...judgeRoom(view), ...judgeBeside(view.streams), ...judgeArchive(view.streams)];
  return [
    ...judgeServices(holders),
    hostFinding,
    log,
    ...storage,
    ...signed,
    judgeConsumers(view.consumers, living),
    letters,
    judgeClock(view),
  ];
}
