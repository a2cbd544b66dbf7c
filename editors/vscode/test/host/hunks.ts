/** Changes that wait, in a document that is typed in meanwhile. */
import assert from "node:assert/strict";

import { moved, nearest, proposed, type LineChange, type Waiting } from "../../src/review/hunks.ts";
import type { Tests } from "./index.ts";

const hunk = (first: number, last: number, text: string): Waiting => ({
  id: `${first}`,
  first,
  last,
  text,
  confirm: "",
});

const TEXT = "a\nb\nc\nd\n";
const TWO = [hunk(1, 2, "B\n"), hunk(3, 3, "new\n")];

const PROPOSED: [string, Waiting[], string, string][] = [
  ["one line becomes another", [hunk(1, 2, "B\n")], TEXT, "a\nB\nc\nd\n"],
  ["lines go", [hunk(0, 2, "")], TEXT, "c\nd\n"],
  ["lines come", [hunk(4, 4, "e\n")], TEXT, "a\nb\nc\nd\ne\n"],
  ["two, in any order", [...TWO].reverse(), TEXT, "a\nB\nc\nnew\nd\n"],
  ["a file that is made", [hunk(0, 0, "x\n")], "", "x\n"],
  ["other line ends", [hunk(1, 2, "B\r\n")], "a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"],
];

const MOVED: [string, LineChange, [number, number][]][] = [
  ["a line above comes", { first: 0, last: 0, lines: 1 }, [[2, 3], [4, 4]]],
  ["a line above goes", { first: 0, last: 1, lines: 0 }, [[0, 1], [2, 2]]],
  ["a line between comes", { first: 2, last: 2, lines: 1 }, [[1, 2], [4, 4]]],
  ["a line below comes", { first: 4, last: 4, lines: 1 }, [[1, 2], [3, 3]]],
];

export const hunks: Tests = {
  ...Object.fromEntries(
    PROPOSED.map(([name, waiting, text, made]) => [
      name,
      () => assert.equal(proposed(text, waiting).text, made),
    ]),
  ),
  ...Object.fromEntries(
    MOVED.map(([name, change, places]) => [
      name,
      () => assert.deepEqual(moved(TWO, change).map(({ first, last }) => [first, last]), places),
    ]),
  ),
  "the nearest to a line": () => {
    assert.deepEqual([0, 1, 2, 3, 9].map((line) => nearest(TWO, line)?.id), ["1", "1", "1", "3", "3"]);
  },
};
