import type { OpenLoop, ResultV1 } from '@benchbus/results';
import { formatCount, formatLatency } from '../../render/format.ts';
import { html, htmlTable, type Html } from '../html.ts';

const SOURCES = {
  'every-transaction': 'every transaction',
  'sampled-transactions': 'a sample of the transactions',
  'tool-histogram': "the tool's histogram",
  'tool-summary': "the tool's own summary",
} as const;

const ms = (value: number | undefined): string => (value === undefined ? '–' : formatLatency(value));

/** What the latencies are of, and where they are from. */
function latencies({ latencyOf, total, openLoop }: ResultV1): string {
  const of = latencyOf === undefined ? 'all transactions' : `transactions of type ${latencyOf}`;
  const from = openLoop === undefined ? 'from its begin' : 'from when it was due';
  const source = total.sources.latencyP99Ms;
  return `of ${of}, each ${from} to its end${source === undefined ? '' : `; percentiles of ${SOURCES[source]}`}`;
}

function lag(of: OpenLoop): string {
  const { scheduleLagAverageMs, scheduleLagP99Ms, scheduleLagMaxMs } = of;
  if (scheduleLagAverageMs === undefined) return '';
  return `; begun late by ${ms(scheduleLagAverageMs)} on average, p99 ${ms(scheduleLagP99Ms)}, at most ${ms(scheduleLagMaxMs)}`;
}

function load({ openLoop }: ResultV1): string {
  if (openLoop === undefined) return 'closed loop: each client begins when its last transaction has ended';
  const { rateTps, latencyLimitMs, lateTransactions = 0, skippedTransactions = 0 } = openLoop;
  const late =
    latencyLimitMs === undefined
      ? ''
      : `; over ${ms(latencyLimitMs)}: ${formatCount(lateTransactions)}, not begun ${formatCount(skippedTransactions)}`;
  return `open loop: ${formatCount(rateTps)} transactions/s by the clock${lag(openLoop)}${late}`;
}

/** How a measurement is to be read: what its latencies are, how the load came, what was left out. */
export function measurement(result: ResultV1): Html {
  const { tool, sampling, toolStarts, connectionsLost } = result;
  const rows: [string, string][] = [
    ['Load tool', `${tool.name} ${tool.version}`],
    ['Load', load(result)],
    ['Latency', latencies(result)],
  ];
  if (sampling !== undefined)
    rows.push(['Sampling', `${+(sampling.share * 100).toPrecision(3)} % of the transactions were logged, by chance`]);
  const lost = connectionsLost === undefined ? '' : `; ${formatCount(connectionsLost)} connections lost`;
  if (toolStarts !== undefined) rows.push(['Starts', `the tool was started ${toolStarts} times${lost}`]);
  return htmlTable(['How it was measured', ''], rows);
}

const seconds = (value: number | undefined): string => (value === undefined ? '–' : `${(value / 1000).toFixed(1)} s`);

/** What each fault cost; undefined: there was none. */
export function faults(runs: readonly { readonly name: string; readonly result: ResultV1 }[]): Html | undefined {
  const rows = runs.flatMap(({ name, result }) =>
    (result.faults ?? []).map((fault) => [
      name,
      `${((Date.parse(fault.at) - Date.parse(result.startedAt)) / 1000).toFixed(1)} s`,
      `${fault.kind} ${fault.node}`,
      fault.newLeader === undefined ? '–' : `${fault.newLeader} after ${seconds(fault.timeToNewLeaderMs)}`,
      seconds(fault.timeToFirstCommitMs),
      seconds(fault.longestGapMs),
      `${formatCount(fault.acknowledgedCommitsLost)} of ${formatCount(fault.acknowledgedCommits)}`,
      formatCount(fault.throughputBeforeTps),
      seconds(fault.recoveryMs),
    ]),
  );
  if (rows.length === 0) return undefined;
  const head = [
    '',
    'At',
    'Fault',
    'New leader',
    'First commit',
    'Longest gap',
    'Commits lost',
    'tps before',
    'Recovered',
  ];
  const bySeconds = runs.some(({ result }) => result.faults?.some((one) => one.throughputSource !== undefined));
  return html`<h3>Faults</h3>
    ${htmlTable(head, rows)}
    <p class="dim">
      Recovered: at 90 % of the throughput before, by ${bySeconds ? "the tool's seconds" : 'every transaction'}.
    </p>`;
}
