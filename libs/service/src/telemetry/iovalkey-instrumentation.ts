import { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';

/** iovalkey is a fork of ioredis with the same classes; the instrumentation knows only the module name `ioredis`. */
export class IovalkeyInstrumentation extends IORedisInstrumentation {
  override init(): InstrumentationNodeModuleDefinition[] {
    return super
      .init()
      .map((known) => new InstrumentationNodeModuleDefinition('iovalkey', ['>=0.1.0'], known.patch, known.unpatch));
  }
}
