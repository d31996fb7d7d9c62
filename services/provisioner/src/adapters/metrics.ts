import { meter } from '@benchbus/service';

/** Tells of deployments that this host was asked for and that are not destroyed, each time metrics are sent. */
export function observeDeployments(open: { readonly runs: ReadonlySet<string> }): void {
  meter()
    .createObservableGauge('benchbus.deployments.open', {
      description: 'Deployments that this host was asked for and that are not destroyed',
      unit: '{deployment}',
    })
    .addCallback((result) => result.observe(open.runs.size));
}
