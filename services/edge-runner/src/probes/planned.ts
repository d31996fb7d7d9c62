import { BenchbusError } from '@benchbus/events';
import { launchOf } from '@benchbus/suites';
import type { CredentialName, Plan, PlannedNode, PlannedProcess, ProcessKind } from '@benchbus/suites';

interface Located<P extends PlannedProcess> {
  readonly node: PlannedNode;
  readonly process: P;
}

/** A planned process and where it is. */
export type Planned<K extends ProcessKind = ProcessKind> = Located<Extract<PlannedProcess, { kind: K }>>;

/** For errors: `node pg-a, process patroni`. */
export const placeOf = ({ node, process }: Planned): string => `node ${node.name}, process ${process.kind}`;

const isKind = <K extends ProcessKind>(process: PlannedProcess, kind: K): process is Planned<K>['process'] =>
  process.kind === kind;

/** All processes of a kind, in the plan's order. */
export const allOf = <K extends ProcessKind>(plan: Plan, kind: K): Planned<K>[] =>
  plan.nodes.flatMap((node) => node.processes.flatMap((process) => (isKind(process, kind) ? [{ node, process }] : [])));

/** What to do about a plan that lacks what is looked for in it. */
export const OTHER_VERSION =
  'the plan is of another version of benchbus: use one everywhere, and start the suite again';

/** @throws BenchbusError PLAN_PROCESS_UNKNOWN */
export function planned<K extends ProcessKind>(plan: Plan, node: string, kind: K): Planned<K> {
  const found = allOf(plan, kind).find((one) => one.node.name === node);
  if (found !== undefined) return found;
  throw new BenchbusError({
    code: 'PLAN_PROCESS_UNKNOWN',
    message: `the plan has no process ${kind} on node ${node}`,
    where: `node ${node}, process ${kind}`,
    hint: OTHER_VERSION,
  });
}

/** PostgreSQL servers, with or without Patroni, in the plan's order. */
export type Server = Planned<'postgres' | 'patroni'>;
export const serversOf = (plan: Plan): Server[] => [...allOf(plan, 'postgres'), ...allOf(plan, 'patroni')];

/** The one the others copy from at first. @throws BenchbusError PLAN_PROCESS_UNKNOWN */
export function plannedPrimary(plan: Plan): Server {
  const found = serversOf(plan).find(({ process }) => process.role === 'primary');
  if (found !== undefined) return found;
  throw new BenchbusError({
    code: 'PLAN_PROCESS_UNKNOWN',
    message: 'the plan has no primary',
    where: 'plan.nodes',
    hint: OTHER_VERSION,
  });
}

/** `10.2.0.4:8008`. @throws BenchbusError PLAN_PORT_UNKNOWN */
export function endOf(at: Planned, port: string): { readonly host: string; readonly port: number } {
  const number = launchOf(at.process)?.ports[port];
  if (number !== undefined) return { host: at.node.address, port: number };
  throw new BenchbusError({
    code: 'PLAN_PORT_UNKNOWN',
    message: `the plan gives no port ${port} to ${placeOf(at)}`,
    where: placeOf(at),
    hint: OTHER_VERSION,
  });
}

/** Whose password a credential is. */
export function userOf({ credentials = [], connection }: Plan, name: CredentialName): string {
  const found = credentials.find((one) => one.name === name)?.user;
  // Plans of one server made before credentials were planned: the load tool's role is the superuser.
  return found ?? ('user' in connection ? connection.user : 'postgres');
}
