import { z } from 'zod';
import { followSubject, FOLLOW_SUBJECTS } from '../access/follow-subjects.ts';
import type { Question } from '../bus/questions.ts';

const MOST_FILTERS = 100;
const filter = z
  .string()
  .max(500)
  .regex(/^[^\s.>*]+(\.([^\s.>*]+|\*))*(\.>)?$/, 'no filter of subjects');

const following = {
  ask: z.object({
    /** Of the stream's; none: all. */
    subjects: z.array(filter).max(MOST_FILTERS),
    /** First sequence wanted, or the last message of every subject and what follows. */
    from: z.union([z.int().min(1), z.literal('last-per-subject')]),
    headersOnly: z.boolean(),
  }),
  /** What nats-server says of the consumer: NATS's ConsumerInfo. */
  answer: z.looseObject({ stream_name: z.string(), name: z.string(), config: z.looseObject({}) }),
} as const;

/** Whoever may make no consumer asks a service for one to pull from; it ends by itself. Refused with FOLLOW_REFUSED. */
export const followerOf = (stream: string) =>
  ({ name: 'follow', subject: followSubject(stream), ...following }) as const satisfies Question<z.ZodType, z.ZodType>;

/** As it is answered: which stream stands in the subject, by which the server knows who may. */
export const followers = { name: 'follow', subject: FOLLOW_SUBJECTS, ...following } as const;
