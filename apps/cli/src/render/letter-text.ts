import type { DeadLetterDetails, DeadLetterSummary, LetterStep } from '@benchbus/events';
import { plural } from '../domain/plural.ts';
import { formatBytes, table } from './format.ts';
import { utcTime } from './list-text.ts';
import type { Paint } from './style.ts';
import { terminalSafe } from './terminal-safe.ts';

const SHOWN_BYTES = 64 * 1024;

/** Letters as a table, the newest first; the reason of each below it. */
export function letterList(letters: readonly DeadLetterSummary[], paint: Paint): string {
  if (letters.length === 0) return 'no dead letters';
  const head = ['ID', 'PARKED', 'STATE', 'CONSUMER', 'MESSAGE', 'ATTEMPTS', 'SUITE'];
  const rows = letters.map(({ id, time, state, consumer, subject, sequence, attempts, suiteId }) =>
    [id, utcTime(time), state, consumer, `${subject} #${sequence}`, String(attempts), suiteId ?? '-'].map(terminalSafe),
  );
  const [first = '', ...lines] = table([head, ...rows]);
  const reasons = letters.map(({ code, message }) => `  ${terminalSafe(message)} ${paint('red', `[${code}]`)}`);
  return [paint('dim', first), ...lines.flatMap((line, index) => [line, reasons[index] ?? ''])].join('\n');
}

function stepText({ time, state, by, code, message, attempts }: LetterStep): string {
  const what = [state, by === undefined ? '' : `by ${by}`, attempts ? `after ${plural(attempts, 'attempt')}` : ''];
  const why = code === undefined ? '' : `: ${message ?? ''} [${code}]`;
  return terminalSafe(`${utcTime(time)}  ${what.filter((part) => part !== '').join(' ')}${why}`);
}

/** JSON is laid out; what is no text is only measured. */
export function bodyText(body: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return `${formatBytes(body.length)} that are no text`;
  }
  if (body.length > SHOWN_BYTES) return `${terminalSafe(text.slice(0, SHOWN_BYTES))}\n… ${formatBytes(body.length)}`;
  try {
    return terminalSafe(JSON.stringify(JSON.parse(text), undefined, 2));
  } catch {
    return terminalSafe(text);
  }
}

const indent = (text: string): string[] => text.split('\n').map((line) => `  ${line}`);

/** Everything that is known of a letter. */
export function letterText(letter: DeadLetterDetails, paint: Paint): string {
  const { id, state, service, consumer, stream, subject, sequence, suiteId, body, stack, headers } = letter;
  const named = Object.entries(headers).map(([name, value]) => [name, terminalSafe(value)]);
  return [
    `${paint('bold', id)}  ${state}  ${terminalSafe(letter.message)} ${paint('red', `[${letter.code}]`)}`,
    ...table([
      ['message', terminalSafe(`${subject}, ${sequence} of ${stream}`)],
      ...(suiteId === undefined ? [] : [['suite', terminalSafe(suiteId)]]),
      ['consumer', `${consumer} of ${service}`],
      ['attempts', `${letter.attempts}, redriven ${plural(letter.redrives, 'time')}`],
    ]).map((line) => `  ${line}`),
    'history',
    ...letter.history.map((step) => `  ${stepText(step)}`),
    ...(stack === '' ? [] : ['stack', ...indent(terminalSafe(stack))]),
    'headers',
    ...table(named).map((line) => `  ${line}`),
    'body',
    ...indent(body === undefined ? 'not kept: it may hold a secret, is too large, or was dropped' : bodyText(body)),
  ].join('\n');
}
