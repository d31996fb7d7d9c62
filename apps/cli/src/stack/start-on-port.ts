import { BenchbusError } from '@benchbus/events';
import type { ChildSpec } from './child-spec.ts';
import { stablePort } from './ports.ts';
import type { Supervisor } from './supervisor.ts';

/** What a server's `ready` says when somebody else has its port. */
export const PORT_TAKEN = 'port-taken';
/** As nats-server and Valkey report it, each in its own sentence. */
export const saysPortTaken = (line: string): boolean => /address already in use/i.test(line);

const TRIES = 5;

export interface PortOptions {
  readonly supervisor: Pick<Supervisor, 'start' | 'remove'>;
  readonly runDir: string;
  readonly name: string;
  /** The port where nothing is remembered yet. */
  readonly preferred?: number;
  readonly cancel: AbortSignal;
}

/**
 * Starts a server on a port that is free (see stablePort). Between the look and its start another stack may take the port:
 * then on another one.
 * @throws BenchbusError STACK_PORT_UNAVAILABLE, and those of Supervisor.start
 */
export async function startOnPort<P extends { readonly spec: ChildSpec }>(
  { supervisor, runDir, name, preferred, cancel }: PortOptions,
  plan: (port: number) => P | Promise<P>,
): Promise<P> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const planned = await plan(await stablePort(runDir, name, preferred));
    if ((await supervisor.start(planned.spec, cancel)) !== PORT_TAKEN) return planned;
    await supervisor.remove(planned.spec.name);
  }
  throw new BenchbusError({
    code: 'STACK_PORT_UNAVAILABLE',
    message: `${name} found its port taken ${TRIES} times, a different one each time`,
    where: runDir,
    hint: 'something on this machine takes ports as fast as they are chosen; try again later',
  });
}
