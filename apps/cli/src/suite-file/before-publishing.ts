import { relative } from 'node:path';
import { formatPath } from '@benchbus/suites';
import type { Context } from '../context.ts';
import { examplePlans } from '../domain/example-plan.ts';
import { noteLines } from '../render/note-text.ts';
import { warningLines } from '../render/warning-text.ts';
import type { ReadSuite } from './read-suite-file.ts';

/** What `plan` knows of a suite that is about to be requested: how its file was understood, and what would fail. */
export function foretell(
  { file, suite, notes }: Pick<ReadSuite, 'file' | 'suite' | 'notes'>,
  { err, paintErr }: Pick<Context, 'err' | 'paintErr'>,
): void {
  for (const line of noteLines(file, notes, paintErr)) err(line);
  for (const line of warningLines(examplePlans(suite).plans, suite.settings.target, paintErr)) err(line);
}

type Path = readonly (string | number)[];

/** Where each reference stands in a document. */
function references(value: unknown, path: Path, found: Map<string, Path>): Map<string, Path> {
  if (typeof value !== 'object' || value === null) return found;
  if ('secret' in value && typeof value.secret === 'string') found.set(value.secret, path);
  for (const [key, inner] of Object.entries(value))
    references(inner, [...path, Array.isArray(value) ? Number(key) : key], found);
  return found;
}

/**
 * A line for each secret that was lifted from the file: where it stood (in the native form), and where it is now.
 * @param place of a secret's value by its name; undefined: the operator of another installation has to provide it
 */
export function liftedLines(
  { content, secrets }: Pick<ReadSuite, 'content' | 'secrets'>,
  place: ((name: string) => string) | undefined,
): string[] {
  const paths = references(content, [], new Map());
  return [...secrets.keys()].map((name) => {
    const path = paths.get(name);
    const kept = place === undefined ? `published as the reference ${name}` : `kept as ${relative('.', place(name))}`;
    return `${path === undefined ? `secret ${name}` : formatPath(path)} was taken out of the file and ${kept}`;
  });
}
