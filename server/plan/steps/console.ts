import type { ConsoleStep } from "./step.ts";

/** What the console does itself, over SSH and the API; the engine has one handler for each id. */
const connect: ConsoleStep = { id: "connect", phase: "prepare", limitS: () => 60 };
const probeAgain: ConsoleStep = { id: "probe-again", phase: "prepare", limitS: () => 60 };
const cordon: ConsoleStep = { id: "cordon", phase: "drain", limitS: () => 30 };
const evict: ConsoleStep = { id: "evict", phase: "drain", limitS: ({ drainTimeoutS }) => drainTimeoutS };
const verifyCluster: ConsoleStep = { id: "verify-cluster", phase: "verify", limitS: ({ verifyTimeoutS }) => verifyTimeoutS };
const commit: ConsoleStep = { id: "commit", phase: "finish", limitS: () => 60 };
const annotate: ConsoleStep = { id: "annotate", phase: "finish", limitS: () => 60 };
const uncordon: ConsoleStep = { id: "uncordon", phase: "finish", limitS: () => 60 };

/** Finish is commit, annotation, uncordon, in this order (safety rule 1). */
export const CONSOLE_STEPS = {
	connect: [connect, probeAgain],
	drain: [cordon, evict],
	"cordon-only": [cordon],
	finish: [verifyCluster, commit, annotate, uncordon],
} satisfies Record<string, ConsoleStep[]>;
