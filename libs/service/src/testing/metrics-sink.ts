import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Point {
  readonly asInt?: string | number;
  readonly asDouble?: number;
  readonly count?: string | number;
  readonly explicitBounds?: readonly number[];
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

interface Body {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly gauge?: { readonly dataPoints: readonly Point[] };
        readonly sum?: { readonly dataPoints: readonly Point[] };
        readonly histogram?: { readonly dataPoints: readonly Point[] };
      }[];
    }[];
  }[];
}

const label = ({ attributes = [] }: Point): string => attributes.map(({ value }) => value.stringValue ?? '').join(' ');

/** Where OpenTelemetry sends metrics: `{ 'name label label': value }` of the newest export; of a histogram how many. */
export async function startMetricsSink() {
  let latest: ReadonlyMap<string, number> = new Map();
  let bounds: ReadonlyMap<string, readonly number[]> = new Map();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      if (request.url !== '/v1/metrics') return;
      const { resourceMetrics } = JSON.parse(Buffer.concat(chunks).toString()) as Body;
      const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
      const points = all.flatMap(({ name, gauge, sum, histogram }) =>
        [gauge, sum, histogram].flatMap((kind) =>
          (kind?.dataPoints ?? []).map((point): [string, number] => [
            `${name} ${label(point)}`.trim(),
            Number(point.count ?? point.asInt ?? point.asDouble),
          ]),
        ),
      );
      latest = new Map(points);
      bounds = new Map(
        all.flatMap(({ name, histogram }) => {
          const own = histogram?.dataPoints[0]?.explicitBounds;
          return own === undefined ? [] : [[name, own] as const];
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latest: () => latest,
    /** Upper ends of a histogram's buckets, but the last, which has none. */
    bounds: (name: string): readonly number[] => bounds.get(name) ?? [],
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
