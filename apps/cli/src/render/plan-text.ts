import type { Plan, PlannedNode, PlannedProcess, Suite } from '@benchbus/suites';
import { formatSize } from '@benchbus/suites';
import type { TestPlan } from '../domain/example-plan.ts';
import { exampleBlock } from '../domain/example-plan.ts';
import { plural } from '../domain/plural.ts';
import { formatDuration } from './format.ts';
import type { Paint } from './style.ts';

function processText(process: PlannedProcess, node: PlannedNode): string {
  if (process.kind === 'postgres') {
    const settings = Object.entries(process.settings).map(([name, value]) => `${name}=${value}`);
    const version = process.version === 'installed' ? 'as installed' : process.version;
    return `postgres ${process.role}, version ${version}, ${node.address}:${process.port}${settings.length > 0 ? `; ${settings.join(', ')}` : ''}`;
  }
  const { workload } = process;
  if (workload.tool !== 'pgbench') return workload.tool;
  const script = typeof workload.script === 'string' ? workload.script : 'of its own';
  return `${workload.tool} ${script}, scale ${workload.scale}, ${plural(workload.clients, 'client')}, ${plural(workload.threads, 'thread')}, ${workload.protocol}; warm-up ${formatDuration(workload.warmupMs)}, measured ${formatDuration(workload.durationMs)}`;
}

/** A tree: each child with its own lines below it. */
function branch(children: readonly (readonly string[])[]): string[] {
  return children.flatMap(([head = '', ...below], index) => {
    const last = index === children.length - 1;
    return [`${last ? '└─' : '├─'} ${head}`, ...below.map((line) => `${last ? '  ' : '│ '} ${line}`)];
  });
}

function nodeLines(node: PlannedNode, paint: Paint): string[] {
  const { cores, memoryBytes, diskBytes } = node.hardware;
  const head = `${paint('bold', node.name)} (${node.purpose})  ${node.address}  ${plural(cores, 'core')}, ${formatSize(memoryBytes)} memory, ${formatSize(diskBytes)} disk`;
  return [head, ...branch(node.processes.map((process) => [processText(process, node)]))];
}

const totals = (plan: Plan): { processes: number; cores: number; memory: number } => ({
  processes: plan.nodes.reduce((sum, node) => sum + node.processes.length, 0),
  cores: plan.nodes.reduce((sum, node) => sum + node.hardware.cores, 0),
  memory: plan.nodes.reduce((sum, node) => sum + node.hardware.memoryBytes, 0),
});

/** Nodes, addresses and processes of every test, and totals. */
export function planText(suite: Suite, plans: readonly TestPlan[], paint: Paint): string {
  const lines = [
    `suite ${paint('bold', suite.name)}  target ${suite.settings.target}, ${suite.parallelism} at once, ${suite.settings.sharing}`,
    `addresses are examples from ${exampleBlock(suite.settings.target)}: the block is reserved when a run starts`,
  ];
  for (const { test, runs, plan } of plans) {
    const { processes, cores, memory } = totals(plan);
    lines.push('', `test ${paint('bold', test)}  (${plural(runs, 'run')})`);
    lines.push(...branch(plan.nodes.map((node) => nodeLines(node, paint))));
    lines.push(
      `per run: ${plural(plan.nodes.length, 'node')}, ${plural(processes, 'process', 'processes')}, ${plural(Number(cores.toFixed(3)), 'core')}, ${formatSize(memory)} memory`,
    );
  }
  const runs = plans.reduce((sum, plan) => sum + plan.runs, 0);
  lines.push('', `total: ${plural(plans.length, 'test')}, ${plural(runs, 'run')}`);
  return lines.join('\n');
}
