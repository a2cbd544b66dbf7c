/** What the lines of the tests begin with, among all that an extension host says. */
export const MARK = "test: ";
