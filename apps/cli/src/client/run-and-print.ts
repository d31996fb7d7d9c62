import type { EventBus } from '@benchbus/events';
import type { Context } from '../context.ts';
import type { SuiteResults } from '../domain/suite-results.ts';
import type { ExitCode } from '../exit-codes.ts';
import { fullResults } from './full-results.ts';
import { artifactSource } from './read-artifact.ts';
import { resultsJson } from '../render/results-json.ts';
import { endText, resultsText } from '../render/results-text.ts';
import type { RunToEndOptions } from './run-to-end.ts';
import { runToEnd } from './run-to-end.ts';

export interface PrintOptions {
  readonly json: boolean;
  /** Root of the folder store; undefined: another store. */
  readonly artifactsDir: string | undefined;
  readonly context: Context;
}

/**
 * Runs a suite to its end and prints its results: once, as soon as there is nothing more to come. Where nodes are kept
 * that is when the last run is over, and the suite's end is a line of its own.
 */
export async function runAndPrint(
  bus: EventBus,
  options: Omit<RunToEndOptions, 'paint' | 'onKept'>,
  { json, artifactsDir, context }: PrintOptions,
): Promise<ExitCode> {
  const { out, paint, paintErr } = context;
  const print = (results: SuiteResults): void =>
    out(resultsText(results, paint, { artifactsDir, timeline: results.runs.length === 1 }));
  let printed = false;
  const onKept = (results: SuiteResults): void => {
    if (json) return;
    print(results);
    printed = true;
  };
  const { exitCode, results } = await runToEnd(bus, { ...options, paint: paintErr, onKept });
  if (json) {
    const full = await fullResults(results, await artifactSource(bus, artifactsDir));
    out(JSON.stringify({ ok: exitCode === 0, ...resultsJson(results, artifactsDir, full) }));
    return exitCode;
  }
  if (printed) out(endText(results, paint));
  else print(results);
  return exitCode;
}
