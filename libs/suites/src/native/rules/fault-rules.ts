import { LEADER } from '../../model/fault.ts';
import type { FieldPath } from '../../parse/field-path.ts';
import { valueAt } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import { echo } from '../../parse/echo.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { isMap, list, wrong } from './read.ts';
import { measuredLength } from './workload-rules.ts';

/** Does a node run a server? Undefined where there is no such node. */
function hasServer(test: unknown, name: unknown): boolean | undefined {
  const nodes = list(valueAt(test, ['database', 'topology', 'nodes']));
  const node = nodes.find((one) => valueAt(one, ['name']) === name);
  return node === undefined ? undefined : valueAt(node, ['postgres']) !== undefined;
}

function whose(test: unknown, fault: unknown, path: FieldPath): Finding[] {
  const kill = valueAt(fault, ['kill']);
  if (typeof kill !== 'string') return [];
  const at = [...path, 'kill'];
  const server = hasServer(test, kill);
  if (kill === LEADER) {
    if (server !== undefined)
      return [wrong(at, 'may mean the leader or the node of that name; allowed is another name')];
    if (valueAt(test, ['database', 'topology', 'postgres', 'patroni', 'enabled']) === true) return [];
    return [wrong(at, 'leader without Patroni, which alone has one; allowed is the name of a node')];
  }
  if (server === undefined)
    return [wrong(at, `is ${echo(JSON.stringify(kill))}; allowed is leader or a node of the topology`)];
  if (server || valueAt(fault, ['process']) === 'node') return [];
  return [wrong(at, 'that node has no PostgreSQL; allowed is a node that has, or process: node')];
}

/** Within the measurement, and each after the one before it, so that every fault has a time of its own to be looked at. */
function when(fault: unknown, before: unknown, durationMs: number | undefined, path: FieldPath): Finding[] {
  const ms = (of: unknown): number | undefined => {
    const text = valueAt(of, ['at']);
    return typeof text === 'string' ? parseDuration(text) : undefined;
  };
  const at = ms(fault);
  if (at === undefined) return [];
  const found: Finding[] = [];
  if (durationMs !== undefined && at >= durationMs)
    found.push(
      wrong([...path, 'at'], `not within the measurement; allowed is less than its ${formatDuration(durationMs)}`),
    );
  const last = ms(before);
  if (last !== undefined && at <= last)
    found.push(wrong([...path, 'at'], `not after the fault before it; allowed is more than ${formatDuration(last)}`));
  return found;
}

/** Of a load tool that ends with its first lost connection and tells too little to be started again; undefined: it may be any. */
const intolerant = (workload: unknown): string | undefined =>
  valueAt(workload, ['tool']) === 'stroppy'
    ? 'stroppy ends with the first lost connection; allowed with faults are pgbench, go-tpc, sysbench and command'
    : undefined;

/** What a test's faults need of its topology and of its load tool. */
export function faultRules(test: unknown, path: FieldPath): Finding[] {
  const faults = list(valueAt(test, ['faults']));
  if (faults.length === 0) return [];
  const at = [...path, 'faults'];
  if (isMap(valueAt(test, ['database', 'connection'])))
    return [wrong(at, 'an external database is not touched; allowed with database.topology')];
  const workload = valueAt(test, ['workload']);
  const tool = intolerant(workload);
  const durationMs = measuredLength(workload);
  return [
    ...(tool === undefined ? [] : [wrong([...path, 'workload', 'tool'], tool)]),
    ...faults.flatMap((fault, index) => [
      ...whose(test, fault, [...at, index]),
      ...when(fault, faults[index - 1], durationMs, [...at, index]),
    ]),
  ];
}
