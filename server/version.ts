import about from "../package.json" with { type: "json" };

/** This console's version, as its package says. */
export const VERSION: string = about.version;
