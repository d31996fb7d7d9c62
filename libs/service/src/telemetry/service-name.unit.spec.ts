import { expect, it } from 'vitest';
import { telemetryOf, telemetryServiceName } from './service-name.ts';

it('names a process in traces by OTEL_SERVICE_NAME, else by its folder', () => {
  expect(telemetryServiceName({ OTEL_SERVICE_NAME: 'own' }, '/x/services/provisioner/src/main.ts')).toBe('own');
  expect(telemetryServiceName({}, '/x/services/provisioner/src/main.ts')).toBe('provisioner');
  expect(telemetryServiceName({ OTEL_SERVICE_NAME: '' }, '/x/benchbus/cli.mjs')).toBe('benchbus');
  expect(telemetryServiceName({}, undefined)).toBe('benchbus');
});

it('keeps a runner without metrics, whatever it is called', () => {
  const main = '/x/services/edge-runner/src/main.ts';
  expect(telemetryOf({ OTEL_SERVICE_NAME: 'own' }, main)).toEqual({ serviceName: 'own', withMetrics: false });
  expect(telemetryOf({}, '/x/services/provisioner/src/main.ts')).toMatchObject({ withMetrics: true });
});
