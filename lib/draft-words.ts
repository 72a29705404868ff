/** Parts of a new migration that are entered and checked before its review. */
export const DRAFT_STEPS = ["nodes", "policy", "preflight"] as const;

/** So many drafts are kept of one person; another one is refused until one is discarded. */
export const MOST_DRAFTS = 20;

/** What a draft may be called; the browser makes it up. */
export const DRAFT_ID = /^[a-z0-9]{8,32}$/;

/** What one content of a draft is called; the browser makes it up as well. */
export const DRAFT_REVISION = /^[a-z0-9]{8,32}$/;

/** So many saves without an answer are named at most, the newest. */
export const MOST_UNANSWERED = 200;

/** How far preflight has come with one node. */
export const CHECK_STATES = [
	/** Waits until others have been read. */
	"waiting",
	/** Facts are read from the node. */
	"reading",
	/** The cluster is asked, and the plan made. */
	"checking",
	/** It can go. */
	"ready",
	/** Something that was found keeps it. */
	"blocked",
	/** It could not be read or planned. */
	"failed",
] as const;
