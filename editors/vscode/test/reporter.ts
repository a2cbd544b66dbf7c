/** One line a step as it happens, what failed and why, and the sum on a line of its own. */
import type { Reporter, TestCase, TestResult, TestStep } from "@playwright/test/reporter";

export default class Lines implements Reporter {
  private passed = 0;
  private failed = 0;

  printsToStdio(): boolean {
    return true;
  }

  onStepEnd(test: TestCase, _result: TestResult, step: TestStep): void {
    if (step.category !== "test.step") return;
    const mark = step.error ? "FAIL" : "ok";
    process.stdout.write(`  ${mark} ${test.title}: ${step.title} (${step.duration} ms)\n`);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const ok = result.status === test.expectedStatus;
    if (ok) this.passed += 1;
    else this.failed += 1;
    process.stdout.write(`${ok ? "PASS" : "FAIL"} ${test.title} (${result.duration} ms)\n`);
    for (const error of result.errors) process.stdout.write(`${error.message ?? error.value}\n`);
    if (!ok) for (const part of result.stdout) process.stdout.write(part);
  }

  onError(error: { message?: string }): void {
    this.failed += 1;
    process.stdout.write(`${error.message}\n`);
  }

  onEnd(): void {
    process.stdout.write(`${this.passed} passed, ${this.failed} failed\n`);
  }
}
