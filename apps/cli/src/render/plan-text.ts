import type { Plan, PlannedNode, Suite } from '@benchbus/suites';
import { formatSize, startOrder } from '@benchbus/suites';
import type { TestPlan } from '../domain/example-plan.ts';
import { exampleBlock } from '../domain/example-plan.ts';
import type { TopologyGroup } from '../domain/plan-overview.ts';
import { axesOf, groupPlans, plannedTime } from '../domain/plan-overview.ts';
import { plural } from '../domain/plural.ts';
import { NOT_COUNTED } from '../domain/typical-time.ts';
import { formatDuration } from './format.ts';
import { processLines, workloadText } from './plan-process.ts';
import type { Paint } from './style.ts';
import { branch } from './tree.ts';

function nodeLines(node: PlannedNode, paint: Paint): string[] {
  const { cores, memoryBytes, diskBytes } = node.hardware;
  const head = `${paint('bold', node.name)} (${node.purpose})  ${node.address}  ${plural(cores, 'core')}, ${formatSize(memoryBytes)} memory, ${formatSize(diskBytes)} disk`;
  return [head, ...branch(node.processes.map((process) => processLines(process, node)))];
}

/** The load node's tool differs between tests of one topology, and is said with each. */
const withoutTool = (node: PlannedNode, paint: Paint): string[] =>
  node.purpose === 'load' ? nodeLines({ ...node, processes: [] }, paint) : nodeLines(node, paint);

function connectionText(connection: Plan['connection']): string {
  if ('url' in connection) return `the load tool connects to the URL that the secret ${connection.url.secret} holds`;
  const { host, port, user, database, parameters = {} } = connection;
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return `the load tool connects to ${host.includes(':') ? `[${host}]` : host}:${port} as ${user}, database ${database}${query.length === 0 ? '' : ` (${query.join(', ')})`}`;
}

function orderLines(plan: Plan): string[] {
  const waves = startOrder(plan).map((wave) => wave.map(({ node, process }) => `${process} on ${node}`).join(', '));
  return ['start order:', ...waves.map((wave, index) => `  ${index + 1}. ${wave}`)];
}

function totalsLine(plan: Plan): string {
  const processes = plan.nodes.reduce((sum, node) => sum + node.processes.length, 0);
  const cores = plan.nodes.reduce((sum, node) => sum + node.hardware.cores, 0);
  const memory = plan.nodes.reduce((sum, node) => sum + node.hardware.memoryBytes, 0);
  return `per run: ${plural(plan.nodes.length, 'node')}, ${plural(processes, 'process', 'processes')}, ${plural(Number(cores.toFixed(3)), 'core')}, ${formatSize(memory)} memory`;
}

const loadOf = ({ plan }: TestPlan): string => {
  const load = plan.nodes.flatMap(({ processes }) => processes).find(({ kind }) => kind === 'load');
  return load?.kind === 'load' ? workloadText(load.workload) : '';
};

function testLines(test: TestPlan, alone: boolean, paint: Paint): string[] {
  const { totalMs, measureMs } = test.time;
  return [
    `test ${paint('bold', test.test)}  ${plural(test.runs, 'run')} of about ${formatDuration(totalMs)} (the tool's own ${formatDuration(measureMs)})`,
    ...(alone ? [] : [`  ${loadOf(test)}`]),
  ];
}

function topologyLines(plan: Plan, lines: typeof nodeLines, paint: Paint): string[] {
  return [
    ...branch(plan.nodes.map((node) => lines(node, paint))),
    connectionText(plan.connection),
    ...orderLines(plan),
    totalsLine(plan),
  ];
}

function groupLines({ plan, tests }: TopologyGroup, paint: Paint): string[] {
  const alone = tests.length === 1;
  return [
    '',
    ...tests.flatMap((test) => testLines(test, alone, paint)),
    ...topologyLines(plan, alone ? nodeLines : withoutTool, paint),
  ];
}

function axisLines(plans: readonly TestPlan[]): string[] {
  const axes = axesOf(plans);
  if (axes.length === 0) return [];
  const combinations = plans.filter(({ labels }) => Object.keys(labels).length > 0).length;
  const lines = axes.map(
    ({ label, values }) =>
      `  ${label}: ${values.map(({ value, tests }) => `${value} (${plural(tests, 'test')})`).join(', ')}`,
  );
  return ['', combinations === 1 ? 'labels' : `${combinations} combinations of`, ...lines];
}

function timeLines(suite: Suite, plans: readonly TestPlan[]): string[] {
  const { oneByOneMs, totalMs, atOnce } = plannedTime(suite, plans);
  const hosts = suite.settings.sharing === 'exclusive' ? `, given ${atOnce} free hosts` : '';
  const together = atOnce > 1 ? `, ${formatDuration(totalMs)} with ${atOnce} at once${hosts}` : '';
  return [
    `about ${formatDuration(oneByOneMs)} one run after the other${together}`,
    `(setting up, loading data, the tool, taking down as they typically take; ${NOT_COUNTED})`,
  ];
}

/** A database template: nothing is said to run, so there is no time to tell. */
export function templateText({ name }: Suite, plans: readonly TestPlan[], paint: Paint): string {
  const lines = groupPlans(plans).flatMap(({ plan }) => topologyLines(plan, nodeLines, paint));
  return [`database template ${paint('bold', name)}  (addresses are examples)`, '', ...lines].join('\n');
}

/** Nodes, processes and start order of every topology, once each, with its tests; how many runs, and how long. */
export function planText(suite: Suite, plans: readonly TestPlan[], paint: Paint): string {
  const groups = groupPlans(plans);
  const runs = plans.reduce((sum, plan) => sum + plan.runs, 0);
  const many = groups.length === plans.length ? '' : `, ${plural(groups.length, 'topology', 'topologies')}`;
  return [
    `suite ${paint('bold', suite.name)}  target ${suite.settings.target}, ${suite.parallelism} at once, ${suite.settings.sharing}`,
    `addresses are examples from ${exampleBlock(suite.settings.target)}: the block is reserved when a run starts`,
    ...axisLines(plans),
    ...groups.flatMap((group) => groupLines(group, paint)),
    '',
    ...timeLines(suite, plans),
    `total: ${plural(plans.length, 'test')}, ${plural(runs, 'run')}${many}`,
  ].join('\n');
}
