import { assert as strict } from "../../common/platform";

/** Node's strict assertions, so that a cell can assert the numbers that its text quotes; throws AssertionError. */
export const assert: typeof strict = strict;
