import { runService } from '@benchbus/service';
import { edgeRunnerConfig } from './config.ts';
import { RELEASE_SCHEMA, releaseTask } from './external/release-task.ts';
import { startEdgeRunner } from './start.ts';

if (process.env['BENCHBUS_EDGE_TASK'] === RELEASE_SCHEMA) process.exitCode = await releaseTask(process.env);
else await runService({ name: 'edge-runner', config: edgeRunnerConfig, start: startEdgeRunner });
