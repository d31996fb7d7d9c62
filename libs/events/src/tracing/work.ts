import { AsyncLocalStorage } from 'node:async_hooks';

/** What a process works on at the moment: in every line that it logs meanwhile, with telemetry or without. */
export interface Work {
  readonly suite?: string | undefined;
  readonly run?: string | undefined;
}

const storage = new AsyncLocalStorage<Work>();
let ofProcess: Work | undefined;

export const duringWork = <T>(work: Work, fn: () => T): T => storage.run(work, fn);

export const withoutWork = <T>(fn: () => T): T => storage.exit(fn);

/** Of a process that has one run only. */
export function setProcessWork(work: Work): void {
  ofProcess = work;
}

export const currentWork = (): Work | undefined => storage.getStore() ?? ofProcess;
