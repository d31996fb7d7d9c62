import { renewSubject } from '../enrol-subjects.ts';
import * as may from '../grants/grants.ts';
import type { AccessUser } from './user.ts';

/**
 * The runner of one node: it writes the facts, log lines and signs of life of its node, reads the log, which holds no
 * secrets, and asks what runners ask.
 */
export const edgeRunner = (runId: string, node: string): AccessUser => {
  const own = `${runId}.${node}`;
  return {
    name: `edge ${runId}/${node}`,
    account: 'runners',
    who: 'the edge runner of one node of one run; by enrolment, until its access ends',
    grants: [
      may.connectFromOutside,
      may.readLogFromOutside,
      { what: 'append facts of its node', pub: [`evt.edge.${own}`] },
      may.writeLogLines(own),
      may.tellProgress(runId),
      may.hold(`edge.${own}`),
      may.seeAlive(`edge.${runId}.>`),
      may.ask(renewSubject(runId, node), 'ask.artifact.upload'),
      may.askOthers(`ask.fault.${runId}.*`, `ask.keep.${runId}.*`),
      may.answer(`ask.fault.${own}`, `ask.keep.${own}`),
    ],
  };
};
