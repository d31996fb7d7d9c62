import { runService } from '@benchbus/service';
import { edgeRunnerConfig } from './config.ts';
import { startEdgeRunner } from './start.ts';

await runService({ name: 'edge-runner', config: edgeRunnerConfig, start: startEdgeRunner });
