/** A process of the stack. */
export interface ChildSpec {
  /** Names it in messages and its log file: `nats`, `provisioner`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Recognises the line of its log that says it is ready; its answer is what `start` returns (`true` if nothing else). */
  readonly ready: (line: string) => unknown;
  readonly readyTimeoutMs: number;
  /** How long it may take to end after SIGTERM. */
  readonly graceMs: number;
}
