import type { Class } from './instrumented.ts';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';

/**
 * The instrumentations find clients as their modules are loaded, which a bundle leaves nothing of; and iovalkey, a fork of
 * ioredis with the same classes, is none that they know. So each is shown the class itself.
 */
export class ValkeyInstrumentation extends IORedisInstrumentation {
  instrument(client: Class): void {
    for (const { patch } of this.init()) patch?.(client, undefined);
  }
}

export class S3Instrumentation extends AwsInstrumentation {
  instrument(client: Class): void {
    // All clients of the SDK are one base class.
    const base = Object.getPrototypeOf(client) as Class;
    this.patchV3SmithyClient({ Client: base });
  }
}
