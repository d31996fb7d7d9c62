import { formatPath } from '@benchbus/suites';
import type { Note } from '@benchbus/suites';
import type { Paint } from './style.ts';

/** How a valid predecessor's file was understood, a line each. */
export const noteLines = (file: string, notes: readonly Note[], paint: Paint): string[] =>
  notes.map(({ path, text }) => `${paint('dim', 'note')}: ${file}: ${formatPath(path)}: ${text}`);
