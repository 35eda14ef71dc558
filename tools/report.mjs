/** Prints the totals of a Vitest JSON report as one plain line. Runs on any Node. */
import { readFileSync } from "node:fs";

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults, success } = JSON.parse(
  readFileSync(process.argv[2], "utf8"),
);
// A file that could not be loaded has failed without a test of its own.
const brokenFiles = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
const failed = numFailedTests + brokenFiles.length;
console.log(`${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
if (failed > 0 || success === false || numPassedTests === 0) process.exitCode = 1;
