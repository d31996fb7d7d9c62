import { launchOf, type Plan, type PlannedNode, type PlannedProcess } from '@benchbus/suites';
import { formatBytes } from '../../render/format.ts';
import { html, type Html } from '../html.ts';

function processText(process: PlannedProcess): string {
  if (process.kind === 'load') return `load: ${process.workload.tool}`;
  const ports = Object.values(launchOf(process)?.ports ?? {});
  const role = 'role' in process ? `, ${process.role}` : '';
  return `${process.kind}${role}${ports.length === 0 ? '' : ` :${ports.join(', :')}`}`;
}

const node = ({ name, address, hardware, processes }: PlannedNode): Html =>
  html`<div class="node">
    <strong>${name}</strong> <span class="dim">${address}</span><br />
    <span class="dim">${hardware.cores} cores, ${formatBytes(hardware.memoryBytes)}</span>
    <ul>
      ${processes.map((process) => html`<li>${processText(process)}</li>`)}
    </ul>
  </div>`;

function loadsWhere({ connection }: Plan): string {
  if ('url' in connection) return 'The load goes to an existing database.';
  return `The load goes to ${connection.host}:${connection.port}.`;
}

/** The nodes of a run, and what runs on each. */
export const topology = (plan: Plan): Html =>
  html`<h3>Topology</h3>
    <div class="nodes">${plan.nodes.map(node)}</div>
    <p class="dim">${loadsWhere(plan)}</p>`;
