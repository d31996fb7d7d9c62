import { expect, it } from 'vitest';
import { telemetryServiceName } from './service-name.ts';

it('names a process in traces by OTEL_SERVICE_NAME, else by its folder', () => {
  expect(telemetryServiceName({ OTEL_SERVICE_NAME: 'own' }, '/x/services/provisioner/src/main.ts')).toBe('own');
  expect(telemetryServiceName({}, '/x/services/provisioner/src/main.ts')).toBe('provisioner');
  expect(telemetryServiceName({ OTEL_SERVICE_NAME: '' }, '/x/benchbus/cli.mjs')).toBe('benchbus');
  expect(telemetryServiceName({}, undefined)).toBe('benchbus');
});
