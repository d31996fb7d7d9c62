import { BenchbusError } from '@benchbus/events';
import { readPrices } from '@benchbus/service';
import { costProblems, suiteCost } from '@benchbus/suites';
import { examplePlans, withoutLoad } from '../domain/example-plan.ts';
import { plannedTime } from '../domain/plan-overview.ts';
import { EXIT } from '../exit-codes.ts';
import { costLines } from '../render/cost-text.ts';
import { noteLines, poolLines } from '../render/note-text.ts';
import { planDiagram } from '../render/plan-diagram.ts';
import { planFiles } from '../render/plan-files.ts';
import { planText, templateText } from '../render/plan-text.ts';
import { problemLines, warningLines } from '../render/warning-text.ts';
import { InvalidSuite, readSuiteFile } from '../suite-file/read-suite-file.ts';
import type { Register, Run } from './command.ts';
import { flag, GROUP, withExamples, withJson } from './options.ts';

interface PlanArgs {
  readonly file: string;
  readonly diagram: boolean;
  readonly files: boolean;
  readonly json: boolean;
  /** Price table, a JSON file. */
  readonly prices: string | undefined;
}

/** Shows what a suite's runs will consist of; needs no server. */
export const plan: Run<PlanArgs> = async ({ file, diagram, files, json, prices: priceFile }, context) => {
  if ([diagram, files, json].filter(Boolean).length > 1)
    throw new BenchbusError({
      code: 'ARGUMENT_INVALID',
      message: 'one of --diagram, --files and --json at a time',
      hint: '--json has everything, the files too',
    });
  const { suite, template, notes } = await readSuiteFile(file);
  const prices = priceFile === undefined ? undefined : await readPrices(priceFile);
  const { plans: all, problems } = examplePlans(suite);
  if (problems.length > 0) throw new InvalidSuite(file, problems);
  // Beside a template stands a workload that nobody asked for.
  const plans = template === undefined ? all : all.map(withoutLoad);
  const cost = template === undefined ? suiteCost(suite, prices) : undefined;
  if (json) {
    context.out(JSON.stringify({ ok: true, suite, plans, time: plannedTime(suite, plans), cost }));
    return EXIT.success;
  }
  if (diagram) context.out(planDiagram(plans));
  else if (files) context.out(planFiles(plans));
  else {
    const text = (template === undefined ? planText : templateText)(suite, plans, context.paint);
    context.out([text, ...costLines(cost)].join('\n'));
  }
  for (const line of noteLines(file, notes, context.paintErr)) context.err(line);
  if (template === undefined) for (const line of poolLines(file, suite, context.paintErr)) context.err(line);
  // On standard error, so that a diagram can be piped: the plan is right, but its runs would fail.
  if (template === undefined) {
    for (const line of warningLines(plans, suite.settings.target, context.paintErr)) context.err(line);
    // Here, too, the installation has the last word: its price table counts.
    for (const line of problemLines(costProblems(suite, prices), context.paintErr)) context.err(line);
  }
  return EXIT.success;
};

export const register: Register = (program, act) => {
  const command = program
    .command('plan <file>')
    .description("show a suite's topologies, files, start order, runs and time")
    .option('--diagram', 'a Mermaid flowchart of who connects to whom')
    .option('--files', 'the generated configuration files, with placeholders for paths and secrets')
    .option('--prices <file>', 'price table of the cloud, JSON (default: BENCHBUS_PRICES_FILE)')
    .helpGroup(GROUP.files)
    .action((file: string, options: { diagram?: boolean; files?: boolean; json?: boolean; prices?: string }) => {
      const { diagram, files, json, prices = process.env['BENCHBUS_PRICES_FILE'] } = options;
      return act(plan, {
        file,
        diagram: flag(diagram),
        files: flag(files),
        json: flag(json),
        prices: prices || undefined,
      });
    });
  withJson(command, '{ok: true, suite, plans: [{test, labels, runs, plan, time, notExecutable}], time, cost?}');
  withExamples(
    command,
    ['plan examples/quickstart.yaml', 'a tree of nodes and processes; needs no server'],
    ['plan examples/patroni.yaml --diagram >topology.mmd', 'a picture'],
    ['plan examples/patroni.yaml --files', 'what Patroni, etcd and PgBouncer will read'],
  );
};
