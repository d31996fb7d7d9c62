/** Turns data of `type` into data of the next version: pure, total on everything the old schema accepted. */
export interface Upcaster {
  /** The older type: `io.benchbus.run.queued.v1`. */
  readonly type: string;
  readonly upcast: (data: unknown) => unknown;
}

export type Upcast = (type: string, data: unknown) => { readonly type: string; readonly data: unknown };

const nextVersion = (type: string): string =>
  type.replace(/\.v(\d+)$/, (_, digits: string) => `.v${Number(digits) + 1}`);

/** Chains upcasters v1 → v2 → … as far as they go. */
export function createUpcast(upcasters: readonly Upcaster[]): Upcast {
  const byType = new Map(upcasters.map((upcaster) => [upcaster.type, upcaster.upcast]));
  return (type, data) => {
    let current = { type, data };
    for (let step = byType.get(type); step !== undefined; step = byType.get(current.type))
      current = { type: nextVersion(current.type), data: step(current.data) };
    return current;
  };
}

/** The upcasters of this version of benchbus: none yet, every event is at version 1. */
export const UPCASTERS: readonly Upcaster[] = [];

export const upcast: Upcast = createUpcast(UPCASTERS);
