import { runCommitProbe } from './run.ts';

process.exitCode = await runCommitProbe(process.env);
