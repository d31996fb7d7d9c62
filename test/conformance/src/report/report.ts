import type { EngineKind } from '../engines/engine.ts';
import type { CaseResult } from '../runner/run-cases.ts';

/** The machine-readable result of one execution; no token and no address is in it. */
export interface Report {
  readonly engine: EngineKind;
  /** What the engine says over gRPC. */
  readonly engineVersion: string;
  readonly sdkVersion: string;
  /** When it began, ISO 8601. */
  readonly date: string;
  /** Of benchbus; with `-dirty` if files differed from it. */
  readonly commit: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly CaseResult[];
}

export const count = (cases: readonly CaseResult[], outcome: CaseResult['outcome']): number =>
  cases.filter((each) => each.outcome === outcome).length;
