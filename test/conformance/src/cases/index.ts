import type { Case } from '../runner/case.ts';
import { children } from './children.ts';
import { concurrency } from './concurrency.ts';
import { endings } from './endings.ts';
import { labels } from './labels.ts';
import { limits } from './limits.ts';
import { refusals } from './refusals.ts';
import { registration } from './registration.ts';
import { rest } from './rest.ts';
import { restart } from './restart.ts';
import { retries } from './retries.ts';
import { workers } from './workers.ts';

/** Every case, in the order of the table. */
export const ALL_CASES: readonly Case[] = [
  ...registration,
  ...labels,
  ...children,
  ...endings,
  ...retries,
  ...concurrency,
  ...workers,
  ...restart,
  ...refusals,
  ...limits,
  ...rest,
];
