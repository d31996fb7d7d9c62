import { processContext } from './context.ts';
import { runProgram } from './program.ts';
import { reportError } from './report-error.ts';

const context = processContext();
try {
  process.exitCode = await runProgram(process.argv.slice(2), context);
} catch (error) {
  process.exitCode = reportError(error, context, false);
}
