import type { ResultV1 } from '@benchbus/results';
import { formatBytes } from '../../render/format.ts';
import { html, htmlTable, type Html } from '../html.ts';

/** What the numbers depend on: of the first run that tells it. */
export function environment(results: readonly ResultV1[]): Html | undefined {
  const result = results.find((one) => one.environment !== undefined);
  const known = result?.environment;
  if (result === undefined || known === undefined) return undefined;
  const { loadNode } = known;
  const rows: (string | Html)[][] = [
    ['Server', known.serverVersion],
    ['Load tool', `${result.tool.name} ${result.tool.version}`],
    ['Machine', `${loadNode.cpuModel}, ${loadNode.cores} cores, ${formatBytes(loadNode.memoryBytes)}`],
    ['Kernel', `${loadNode.platform} ${loadNode.kernel}`],
    ...(result.command === undefined ? [] : [['Command', html`<code>${result.command.join(' ')}</code>`]]),
    ...Object.entries(known.images ?? {}).map(([where, image]) => [`Image of ${where}`, html`<code>${image}</code>`]),
  ];
  const settings = Object.entries(known.settings);
  return html`<h3>Environment</h3>
    ${htmlTable(['', ''], rows)}${
      settings.length === 0
        ? undefined
        : html`<h3>Settings that are not the defaults</h3>
            ${htmlTable(['Setting', 'Value'], settings)}`
    }`;
}
