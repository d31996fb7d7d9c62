import type { CredentialName, Plan } from '@benchbus/suites';

/** What a probe needs to know. A probe reaches any node of the plan over the network, from any other. */
export interface ProbeWorld {
  readonly plan: Plan;
  /** The password derived for the run. */
  readonly credential: (name: CredentialName) => string;
  /** Ends every probe, which then rejects with its reason. */
  readonly signal: AbortSignal;
  /** How long one question (a connection, a query, a request) may take. */
  readonly timeoutMs: number;
}

/** Names and answers of what was checked: those of DatabaseReady's `proven`. Kinds of processes have no name in common. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

export interface Proven {
  /** The program's version as it says itself; of `patroni`, its PostgreSQL's. Undefined where there is nobody to ask. */
  readonly version: string | undefined;
  readonly facts: Facts;
}
