import type { Installation } from './installation.ts';

/** What a container of the run's nodes says from its first line on, as `node: line`; grows. */
export async function logLines({ bus }: Installation, runId: string, container: string): Promise<string[]> {
  const lines: string[] = [];
  await bus.telemetry.watchLog(
    { runId },
    {
      onLine: (said) => {
        if (said.container === container) lines.push(`${said.node}: ${said.line}`);
      },
    },
  );
  return lines;
}
