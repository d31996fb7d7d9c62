import { isOutside, outsideSubject } from '../account.ts';
import { permissionsOf } from '../permissions.ts';
import { edgeRunner } from '../users/edge-runner.ts';
import { USERS } from '../users/table.ts';
import type { AccessUser } from '../users/user.ts';

const code = (subjects: readonly string[]): string => subjects.map((subject) => `\`${subject}\``).join(', ');
const both = (pub: readonly string[], sub: readonly string[]): string =>
  [pub.length === 0 ? [] : `publish ${code(pub)}`, sub.length === 0 ? [] : `hear ${code(sub)}`].flat().join('; ');

function section(title: string, user: AccessUser): string[] {
  const { pub, resp } = permissionsOf(user, 'U…');
  const { deny = [] } = pub;
  const called = isOutside(user.account) ? outsideSubject : (subject: string) => subject;
  return [
    `## ${title}`,
    '',
    `${user.who.charAt(0).toUpperCase()}${user.who.slice(1)}. Account: ${user.account}.${resp === undefined ? '' : ' It may reply once to whoever asks it.'}`,
    '',
    ...user.grants.map(({ what, pub: to = [], sub = [] }) => `- **${what}**: ${both(to.map(called), sub)}`),
    '- **hear what it is answered**: hear `_INBOX_<public key>.>`',
    ...(deny.length === 0 ? [] : [`- **not** meddle with others' durables: denied is to publish ${code(deny)}`]),
    '',
  ];
}

const HEAD = `# Who may what in NATS

Generated from the table in libs/events/src/access/users (\`npm run generate:permissions\`); a test compares. \`npm run nats:accounts --
FOLDER\` makes the users; [NATS security](../operations/nats-security.md) says how to use them.

- What is not here is refused by the server: NATS_NOT_PERMITTED. Nobody may ask to delete, purge or change the stream EVENTS, and nobody
  but the operator may make a stream, except the provisioner its own buckets.
- There are four accounts. That of the services has the streams. Clients, auditors and edge runners have one each, and they reach of the services'
  what they may publish, as imports, and nothing else: JetStream's API is called \`js\` there, and no consumer can be made. A reply to them
  comes into their own account, whatever address they name for it.
- **Within the services' account these rights hold against mistakes, not against malice**: the server publishes a reply with its own rights,
  to whatever address the asker names. [What it protects from, and what not](../operations/nats-security.md#what-it-protects-from-and-what-not).
- A service appends to the aggregates whose only writer it is, a client to none.
- NATS matches whole tokens of a subject, not patterns within one. So a service may name its follower as it likes, and who follows the log
  could pull from a provisioner's consumer by its name, which delays that; what it decides is read from the log.
`;

/** docs/reference/nats-permissions.md, before it is laid out. */
export const permissionsPage = (): string =>
  [
    HEAD,
    ...USERS.flatMap((user) => section(user.name, user)),
    ...section('edge runner', edgeRunner('<run>', '<node>')),
  ].join('\n');
