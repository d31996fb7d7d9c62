import { BenchbusError } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';

/** Everything that is wrong with HATCHET_CLIENT_*, in one error; its code is that of the first problem. */
export class HatchetConfigInvalid extends BenchbusError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]]) {
    const [first, ...more] = problems;
    const message = [first, ...more].map((problem) => `${problem.where ?? ''}: ${problem.message}`).join('; ');
    const where = [...new Set(problems.map((problem) => problem.where ?? ''))].join(', ');
    super(more.length === 0 ? first : { ...first, message, where });
    this.name = 'HatchetConfigInvalid';
    this.problems = problems;
  }
}
