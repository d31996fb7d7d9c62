import type { Problem } from '@benchbus/suites';
import type { Paint } from './style.ts';

/** `file:line:col: path: what is wrong [CODE]`, and what to do on a line of its own. */
export function problemLines({ code, message, where, hint }: Problem, paint: Paint): string[] {
  const prefix = where && !message.includes(where) ? `${where}: ` : '';
  const line = `${prefix}${message} ${paint('red', `[${code}]`)}`;
  return hint ? [line, ...hint.split('\n').map((text, index) => `  ${index === 0 ? '→' : ' '} ${text}`)] : [line];
}
