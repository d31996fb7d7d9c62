import type { Workload } from '@benchbus/suites';
import type { HostedProcess, RunOptions } from '../runtime/host/process-host.ts';

/** Whose a copy is. */
export interface CopyOwner {
  readonly installation: string;
  readonly suite: string;
  readonly run: string;
  /** Of the log; another one's is no copy. */
  readonly incarnation: string;
}

/** Where the copies of loaded data are that the runs of one suite share: on this machine, or on its Docker engine. */
export interface DataCopies {
  /** Which programs make the data here, by their digests: the server's, and what loads. */
  programs(hosted: HostedProcess, workload: Workload): Promise<readonly string[]>;
  /** Whether there is a whole copy of this name. */
  has(name: string, hosted: HostedProcess): Promise<boolean>;
  /**
   * Copies the data folder of a process that does not run; what a crash leaves of it is nobody's copy, and made anew.
   * @throws BenchbusError DATA_COPY_FAILED
   */
  keep(name: string, hosted: HostedProcess, options: RunOptions): Promise<void>;
  /** Copies a kept folder into the empty data folder of a process. @throws BenchbusError DATA_COPY_FAILED */
  restore(name: string, hosted: HostedProcess, options: RunOptions): Promise<void>;
}
