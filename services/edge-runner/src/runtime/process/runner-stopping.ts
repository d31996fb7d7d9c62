import { BenchbusError } from '@benchbus/events';

/** Abort reason of a runner that ends while its work goes on: leave everything as it is, the next runner adopts it. */
export class RunnerStopping extends BenchbusError {
  constructor() {
    super({ code: 'RUNNER_STOPPING', message: 'the runner is stopping; the next one goes on with the work' });
    this.name = 'RunnerStopping';
  }
}
