import { pino } from 'pino';
import { readConfig } from './config.ts';
import { EngineError } from './engine-error.ts';
import { writeReadyFile } from './ready-file.ts';
import { startEngine } from './start-engine.ts';

const logger = pino({ name: 'hatchet-embedded' });

try {
  const { readyFile, ...options } = readConfig(process.env);
  const engine = await startEngine({ ...options, logger });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      logger.info({ signal }, 'engine stops');
      void engine.stop().then(() => process.exit(0));
    });
  }
  const { token, grpcAddress, restUrl } = engine;
  if (readyFile !== undefined) writeReadyFile(readyFile, { token, grpcAddress, restUrl });
  logger.info({ grpcAddress, restUrl, stateDir: options.stateDir }, 'engine ready');
} catch (error) {
  if (error instanceof EngineError) logger.fatal({ code: error.code, err: error.cause }, error.message);
  else logger.fatal({ err: error }, 'engine failed to start');
  process.exitCode = 1;
}
