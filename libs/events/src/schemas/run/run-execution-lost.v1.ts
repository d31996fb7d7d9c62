import { z } from 'zod';
import { defineEvent } from '../define-event.ts';

export const runExecutionLostV1 = defineEvent(
  'run',
  'RunExecutionLost',
  1,
  {
    what: "The engine shows an execution of the run that no dispatcher carries out: it is cancelled there, which is nobody's wish to cancel the run, and the run is started again.",
    when: 'Before that execution is cancelled in the engine',
  },
  z.strictObject({ execution: z.string().describe("The engine's id of it") }),
);
