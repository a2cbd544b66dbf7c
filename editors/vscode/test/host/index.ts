/** What the extension host runs: the tests of this folder under Mocha, told a line each. */
import Mocha from "mocha";

import { commands } from "./commands.ts";
import { MARK } from "./mark.ts";
import { hunks } from "./hunks.ts";
import { menus } from "./menus.ts";
import { pictures } from "./pictures.ts";
import { server } from "./server.ts";
import { settings } from "./settings.ts";

/** A test by its name. */
export type Tests = Record<string, () => void | Promise<void>>;

const TEST_MILLISECONDS = 60_000;

/** Called by VS Code; a rejection is a failure of the whole. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ reporter: Lines, timeout: TEST_MILLISECONDS });
  // The server's own end is the last.
  for (const [name, tests] of Object.entries({ commands, settings, hunks, menus, pictures, server })) {
    const suite = Mocha.Suite.create(mocha.suite, name);
    for (const [title, test] of Object.entries(tests)) suite.addTest(new Mocha.Test(title, test));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures) throw new Error(`${failures} failed`);
}

function say(line: string): void {
  console.log(MARK + line);
}

class Lines extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_RUN_END } = Mocha.Runner.constants;
    runner.on(EVENT_TEST_PASS, (test) => say(`PASS ${test.fullTitle()}`));
    runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
      say(`FAIL ${test.fullTitle()}\n${error.stack ?? error.message}`);
    });
    runner.on(EVENT_RUN_END, () => {
      say(`${runner.stats?.passes ?? 0} passed, ${runner.stats?.failures ?? 0} failed`);
    });
  }
}
