/** One commit of the probe: the row's number, and when it was begun and acknowledged (ms since the epoch). */
export interface AcknowledgedCommit {
  readonly number: number;
  readonly beganMs: number;
  readonly ackedMs: number;
}

export interface ProbeLog {
  /** In the order in which they were acknowledged. */
  readonly acknowledged: readonly AcknowledgedCommit[];
  /** Begun, and neither acknowledged nor refused: nobody can tell whether they were committed. */
  readonly unknown: number;
}

/** A line of the probe's log: what became of a row. */
export const probeLine = (outcome: 'acknowledged' | 'unknown', number: number, beganMs: number, endedMs: number) =>
  `${outcome} ${number} ${beganMs.toFixed(3)} ${endedMs.toFixed(3)}\n`;

const LINE = /^(acknowledged|unknown) (\d+) (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)$/;

/** What a probe wrote, also one that was killed: a last line without its end, and what is no line, do not count. */
export function parseProbeLog(text: string): ProbeLog {
  const acknowledged: AcknowledgedCommit[] = [];
  let unknown = 0;
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    const [, outcome, number, beganMs, ackedMs] = LINE.exec(line) ?? [];
    if (outcome === 'unknown') unknown += 1;
    if (outcome === 'acknowledged')
      acknowledged.push({ number: Number(number), beganMs: Number(beganMs), ackedMs: Number(ackedMs) });
  }
  return { acknowledged, unknown };
}
