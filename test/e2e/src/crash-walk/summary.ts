import { specOf } from './points.ts';
import { unpassed, type Walked } from './walk.ts';

const wordOf = (walked: Walked): string =>
  walked.faults.length > 0 ? `WRONG: ${walked.faults.join('; ')}` : 'ended as undisturbed, all given back';

/** One line of what became of one run. */
export const lineOf = (walked: Walked): string =>
  `${walked.suiteId} (${walked.seconds.toFixed(1)} s) ${walked.points.map(specOf).join(', ')}: ${wordOf(walked)}${
    walked.missed.length > 0 ? `; not passed: ${walked.missed.map(specOf).join(', ')}` : ''
  }\n`;

export interface Totals {
  /** Different points (scenario, service, name, passing) at which a process died. */
  readonly points: number;
  readonly runs: number;
  readonly wrong: number;
}

export function totalsOf(walked: readonly Walked[]): Totals {
  const died = walked.flatMap(({ scenario, points, missed }) =>
    points.filter((point) => !missed.includes(point)).map((point) => `${scenario.name} ${specOf(point)}`),
  );
  return {
    points: new Set(died).size,
    runs: walked.length,
    wrong: walked.filter(({ faults }) => faults.length > 0).length,
  };
}

/** Markdown, one row a scenario and service: at how many points (names and their passings) a process died, and how those runs ended. */
export function tableOf(walked: readonly Walked[]): string {
  const rows = walked.flatMap((one) =>
    one.points
      .filter((point) => !one.missed.includes(point))
      .map((point) => ({ key: `${one.scenario.name} | ${point.service}`, point, wrong: one.faults.length > 0 })),
  );
  const lines = [...Map.groupBy(rows, ({ key }) => key)]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, of]) => {
      const names = new Set(of.map(({ point }) => point.point));
      const points = new Set(of.map(({ point }) => specOf(point)));
      const wrong = of.filter((row) => row.wrong).length;
      return `| ${key} | ${names.size} | ${points.size} | ${wrong === 0 ? 'all as undisturbed' : `${wrong} wrong`} |`;
    });
  const { points, runs, wrong } = totalsOf(walked);
  const never = unpassed(walked);
  return [
    '| run | service | names | points | outcome |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `${points} points, ${runs} runs, outcomes: ${runs - wrong} as undisturbed, ${wrong} wrong` +
      (never.length > 0 ? `; passed by nobody this time: ${never.map(({ point }) => specOf(point)).join(', ')}` : ''),
    '',
  ].join('\n');
}
