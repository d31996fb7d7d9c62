/** The generator of ids may come from another copy of this file (another bundle, the sources): they meet here. */
const KEY = Symbol.for('benchbus.tracing');

export interface GivenIds {
  readonly spanId: string;
  /** For a span without a parent. */
  readonly traceId?: string;
}
interface Tracing {
  given?: GivenIds | undefined;
}
type Global = typeof globalThis & { [KEY]?: Tracing };
const held = (): Tracing | undefined => (globalThis as Global)[KEY];

/** From now on spans are sent. Called by whoever starts the SDK, whose generator of ids asks `givenIds` first. */
export function enableTracing(): void {
  (globalThis as Global)[KEY] ??= {};
}

export const isTracing = (): boolean => held() !== undefined;

/** Starts a span of these ids: the API has no word for it. `start` must start exactly one span, and at once. */
export function withIds<T>(ids: GivenIds, start: () => T): T {
  const tracing = held();
  if (tracing) tracing.given = ids;
  try {
    return start();
  } finally {
    if (tracing) tracing.given = undefined;
  }
}

/** The ids that the span which is being started is to have. */
export const givenIds = (): GivenIds | undefined => held()?.given;
