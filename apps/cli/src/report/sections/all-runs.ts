import { meanInterval } from '@benchbus/results';
import { stageDurations } from '../../domain/timeline.ts';
import { repeats } from '../charts/repeats.ts';
import { timeline, type RunStages } from '../charts/stages.ts';
import { html, type Html } from '../html.ts';
import { figureHtml } from '../page.ts';
import { countedResults, type Report, type ReportRun, type ReportTest } from '../report.ts';

function tpsOf(test: ReportTest) {
  const values = countedResults(test).map(({ total }) => total.tps);
  return { name: test.name, values, interval: meanInterval(values) };
}

function stagesOf(runs: readonly ReportRun[]): RunStages[] {
  const begun = runs.map(({ run }) => {
    const first = run.events.find(({ name }) => name === 'RunStageStarted');
    return first === undefined ? undefined : Date.parse(first.time);
  });
  const first = Math.min(...begun.filter((at) => at !== undefined));
  return runs.flatMap(({ run }, index) => {
    const at = begun[index];
    if (at === undefined) return [];
    const stages = stageDurations(run.events).map(({ stage, ms }) => ({ stage, seconds: ms / 1000 }));
    return [{ name: `${run.test} ${run.repeat}`, startSeconds: (at - first) / 1000, stages }];
  });
}

/** All runs beside each other: every valid one with its test's interval, and what the time went into. */
export function allRuns({ tests }: Report): Html {
  const figures = [repeats(tests.map(tpsOf), 'transactions/s'), timeline(stagesOf(tests.flatMap(({ runs }) => runs)))];
  return html`<h2>All runs</h2>
    ${figures.flatMap((figure) => (figure === undefined ? [] : [figureHtml(figure)]))}`;
}
