import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string | number };
}

export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** Ids of spans. */
  readonly links: readonly string[];
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Of an error; empty where there was none. */
  readonly error: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface OtlpCollector {
  readonly endpoint: string;
  readonly spans: readonly CollectedSpan[];
  /** Paths of everything received, `/v1/metrics`. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

interface TraceBody {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly OtlpAttribute[] };
    readonly scopeSpans?: readonly {
      readonly spans?: readonly {
        readonly name: string;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly startTimeUnixNano?: string;
        readonly endTimeUnixNano?: string;
        readonly status?: { readonly message?: string };
        readonly links?: readonly { readonly spanId: string }[];
        readonly attributes?: readonly OtlpAttribute[];
      }[];
    }[];
  }[];
}

const flat = (attributes: readonly OtlpAttribute[] = []): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue ?? '')]));

function spansOf(body: TraceBody): CollectedSpan[] {
  return (body.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service = flat(resource?.attributes)['service.name'] ?? '';
    return (scopeSpans ?? [])
      .flatMap(({ spans }) => spans ?? [])
      .map(
        ({ name, traceId, spanId, parentSpanId, startTimeUnixNano, endTimeUnixNano, status, links, attributes }) => ({
          service,
          name,
          traceId,
          spanId,
          ...(parentSpanId === undefined || parentSpanId === '' ? {} : { parentSpanId }),
          links: (links ?? []).map((link) => link.spanId),
          start: Number(startTimeUnixNano ?? 0) / 1e6,
          end: Number(endTimeUnixNano ?? 0) / 1e6,
          error: status?.message ?? '',
          attributes: flat(attributes),
        }),
      );
  });
}

/** A collector that speaks OTLP over HTTP with JSON bodies, for tests. */
export async function startOtlpCollector(): Promise<OtlpCollector> {
  const spans: CollectedSpan[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      paths.push(path);
      if (path === '/v1/traces') spans.push(...spansOf(JSON.parse(Buffer.concat(chunks).toString()) as TraceBody));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    paths,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
