import { metrics } from '@opentelemetry/api';

/** Whoever makes a meter before telemetry has started gets one that is deaf for ever: ask for it at the first use. */
export const meter = () => metrics.getMeter('benchbus');
