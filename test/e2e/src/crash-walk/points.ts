/** One moment of a run: a service passes a crash point for the n-th time. */
export interface Point {
  readonly service: string;
  readonly point: string;
  readonly passing: number;
}

/** As a file of BENCHBUS_CRASH_DIR holds it. */
export const specOf = ({ service, point, passing }: Point): string =>
  `${point}${passing > 1 ? `#${passing}` : ''}:${service}`;

/** The points of a trace (BENCHBUS_CRASH_TRACE), in order, each passing of each. */
export function pointsOf(trace: string): Point[] {
  const counts = new Map<string, number>();
  return trace
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [service = '', point = ''] = line.split(' ');
      const passing = (counts.get(line) ?? 0) + 1;
      counts.set(line, passing);
      return { service, point, passing };
    });
}

/** Passed once for each node of the run, by one process or another. */
const PER_NODE = new Set(['edge-runner', 'provisioner']);

/**
 * Which passings are walked: each stage's, both nodes', and the first one of all else (acknowledgements, artifacts, processes
 * that are ended): how often those come is not the same every time.
 */
export const isWalked = ({ service, point, passing }: Point): boolean =>
  passing <= (point.endsWith('.RunStageStarted') ? 5 : PER_NODE.has(service) ? 2 : 1);

/**
 * Points that a run has beside those of `known`: under another name, or on the nodes between the parting of the two and the
 * release, where the same effect happens in another state of the run.
 */
export function beside(points: readonly Point[], known: readonly Point[]): Point[] {
  const seen = new Set(known.map(({ point }) => point));
  const parting = points.findIndex(({ point }) => !seen.has(point));
  const release = points.findIndex(({ point }) => point === 'before-append.RunReleaseRequested');
  const onTheNode = (at: number, { service }: Point): boolean =>
    service === 'edge-runner' && parting !== -1 && at > parting && at < release;
  return points.filter((point, at) => !seen.has(point.point) || onTheNode(at, point));
}

/** How often each service dies in one run: at points that lie far apart, so that it is back in between. */
const DEATHS = 3;

/** Points of every service to a run: what their deaths cost is waited for together. */
export function batches(points: readonly Point[], deaths = DEATHS): Point[][] {
  const queues = [...Map.groupBy(points, ({ service }) => service).values()];
  const runs = Math.max(0, ...queues.map(({ length }) => Math.ceil(length / deaths)));
  return Array.from({ length: runs }, (_, run) =>
    queues.flatMap((queue) => {
      const apart = Math.ceil(queue.length / deaths);
      return queue.filter((_point, at) => at % apart === run && run < apart);
    }),
  );
}
