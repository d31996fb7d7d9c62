import type { AuditResult, Finding } from '@benchbus/audit';
import { plural } from '../domain/plural.ts';
import type { Paint } from './style.ts';
import { terminalSafe } from './terminal-safe.ts';

/** One line: sequence, subject, code, what it is. */
export const findingText = ({ sequence, subject, code, message }: Finding, paint: Paint): string =>
  [
    sequence === 0 ? '     –' : `#${sequence}`.padStart(6),
    terminalSafe(subject),
    paint('red', code),
    terminalSafe(message),
  ].join('  ');

/** What was looked at, so that silence can be judged. */
export function auditSummary(
  result: AuditResult,
  { keys, missing }: { keys: string; missing: readonly string[] },
): string {
  const { events, aggregates, checkpoints, covered, artifacts, secrets, findings } = result;
  const looked = [
    plural(events, 'event'),
    plural(aggregates, 'aggregate'),
    ...(checkpoints === 0 ? [] : [`${plural(checkpoints, 'checkpoint')} up to #${covered} by ${keys}`]),
    plural(artifacts, 'artifact'),
    plural(secrets, 'secret'),
  ];
  const found = findings.length === 0 ? 'nothing found' : plural(findings.length, 'finding');
  const not = missing.length === 0 ? '' : `; not looked at: ${missing.join(', ')}`;
  return `${found}: ${looked.join(', ')}${not}`;
}
