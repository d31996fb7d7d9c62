import { checkRepository } from '../src/contracts/check-repository.ts';
import { CONTRACTS } from '../src/contracts/contract.ts';
import { freeze } from '../src/contracts/freeze.ts';
import { readFrozen, readRecordings, writeFrozen } from '../src/contracts/frozen-files.ts';
import { layOut } from './lay-out.ts';
import { printProblems } from './print-problems.ts';

/** Records what is new: types, versions, optional fields. Refuses while anything breaks what was published. */
const RECORDED = new Set(['CONTRACT_NOT_FROZEN', 'CONTRACT_FIELD_ADDED']);
const broken = (await checkRepository()).filter(({ code }) => !RECORDED.has(code));
if (broken.length > 0) {
  printProblems(broken);
  process.exitCode = 1;
} else {
  const versions = freeze(CONTRACTS, readFrozen(), [...readRecordings().values()].flat());
  await writeFrozen(versions, layOut);
  const without = versions.filter(({ fixtures }) => fixtures.length === 0).map(({ type }) => type);
  process.stdout.write(
    `${versions.length} types frozen${without.length > 0 ? `; without a fixture: ${without}` : ''}\n`,
  );
}
