import { writeFileSync } from 'node:fs';

/** What a test failed for, on one line: whoever has only the end of a long output can go on from there. */
const reason = (errors) => (errors?.[0]?.message ?? 'no error was reported').replaceAll(/\s+/g, ' ').slice(0, 600);

/**
 * A vitest reporter that writes what `tools/test.mjs` sums up, to the file BENCHBUS_TEST_SUMMARY:
 * { passed, failed: [name], skipped: [{ name, note }], files: [{ name, ms }] }. Unlike vitest's own JSON it holds the note of a skip, and counts
 * a file that does not load and an unhandled error as failures.
 */
export default class VitestSummary {
  onTestRunEnd(modules, unhandledErrors) {
    const summary = { passed: 0, failed: [], skipped: [], files: [] };
    for (const module of modules) {
      summary.files.push({ name: module.relativeModuleId, ms: module.diagnostic().duration });
      const before = summary.failed.length;
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') summary.passed += 1;
        else if (result.state === 'skipped') summary.skipped.push({ name, note: result.note ?? '' });
        else summary.failed.push(`${name}: ${reason(result.errors)}`);
      }
      if (module.state() === 'failed' && summary.failed.length === before) {
        summary.failed.push(`${module.relativeModuleId} (the file itself)`);
      }
    }
    for (const error of unhandledErrors) summary.failed.push(`unhandled: ${error.message}`);
    writeFileSync(process.env.BENCHBUS_TEST_SUMMARY, JSON.stringify(summary));
  }
}
