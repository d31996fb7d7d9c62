import type { ArtifactLine } from '../domain/artifact-lines.ts';
import { formatBytes, table } from './format.ts';
import { utcTime } from './list-text.ts';
import type { Paint } from './style.ts';

const SIZE = 3;

/** Artifacts as a table: run, node, name, size, until when they are kept. */
export function artifactsText(lines: readonly ArtifactLine[], paint: Paint): string {
  const head = ['RUN', 'NODE', 'NAME', 'SIZE', 'TYPE', 'KEPT UNTIL'];
  const rows = lines.map(({ runId, node, name, bytes, contentType, expiresAt, state }) => [
    runId,
    node,
    name,
    formatBytes(bytes),
    contentType,
    state === 'expired' ? 'expired' : utcTime(expiresAt),
  ]);
  const [first = '', ...rest] = table([head, ...rows], [SIZE]);
  return [paint('dim', first), ...rest].join('\n');
}
