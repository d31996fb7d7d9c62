import { checkRepository } from '../src/contracts/check-repository.ts';
import { printProblems } from './print-problems.ts';

/** Fails when the registry breaks what was published. */
const problems = await checkRepository();
printProblems(problems);
if (problems.length > 0) process.exitCode = 1;
else process.stdout.write('every event keeps what it promised\n');
