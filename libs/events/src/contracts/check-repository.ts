import type { Problem } from '@benchbus/suites';
import { UPCASTERS } from '../schemas/upcast.ts';
import { checkContracts } from './check-contracts.ts';
import { CONTRACTS } from './contract.ts';
import { definedTypes } from './defined-types.ts';
import { readFrozen } from './frozen-files.ts';

/** This source against what was published. */
export const checkRepository = async (): Promise<Problem[]> =>
  checkContracts({
    contracts: CONTRACTS,
    upcasters: UPCASTERS,
    frozen: readFrozen(),
    defined: await definedTypes(),
  });
