/** One line of the engine's answer to a pull. */
export interface PullLine {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** It failed, after all: the answer began with 200 long ago. */
  readonly error?: string;
}

/** One line of the answer; undefined where it is none. */
export function pullLineOf(line: string): PullLine | undefined {
  try {
    return JSON.parse(line) as PullLine;
  } catch {
    return undefined;
  }
}

/** How far a pull is, from the lines so far: layers are unpacked while others come. */
export class PullProgress {
  readonly #layers = new Map<string, { current: number; total: number }>();

  /** @returns 0 to 1, or undefined while no size is known */
  add({ id, status, progressDetail }: PullLine): number | undefined {
    if (id === undefined) return this.done;
    const layer = this.#layers.get(id) ?? { current: 0, total: 0 };
    if (progressDetail?.total !== undefined && status === 'Downloading')
      this.#layers.set(id, { current: progressDetail.current ?? 0, total: progressDetail.total });
    else if (status === 'Download complete' || status === 'Pull complete')
      this.#layers.set(id, { ...layer, current: layer.total });
    return this.done;
  }

  get done(): number | undefined {
    const all = [...this.#layers.values()];
    const total = all.reduce((sum, layer) => sum + layer.total, 0);
    return total === 0 ? undefined : all.reduce((sum, layer) => sum + layer.current, 0) / total;
  }
}
