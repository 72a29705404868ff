/** Pods that fail, as one line for whoever makes them anew. */
export interface FailingOwner {
	/** `namespace/kind/name`: the same before and after a pod was evicted and made anew under another name. */
	owner: string;
	/** What the first of them says: `CrashLoopBackOff`, `Unschedulable`. */
	why: string;
	/** Nodes that failing pods of it are bound to, each once. */
	nodes: readonly string[];
}

/** What is known to fail without a doing of this migration, by owner; as `PodGate` rows keep it. */
export interface PodNote {
	/** The wave that it was noted for. */
	wave: string;
	/** Failed since that wave began, or right before it. */
	current: readonly string[];
	/** The same of the wave before: a pod that crashes again and again runs at some looks, and is not forgotten for it. */
	previous: readonly string[];
	/** A person has said that these may go on failing. */
	accepted: readonly string[];
}

/** What this migration has had its hands on. */
export interface Touched {
	/** Names of nodes that are out or were. */
	nodes: ReadonlySet<string>;
	/** Owners that had a pod evicted. */
	owners: ReadonlySet<string>;
}

/** So many owners are remembered at most; a further one that fails again counts as new, which holds rather than lets go. */
export const MOST_NOTED = 5_000;

/**
 * Owners that fail now, did not before, and may fail because of this migration: a failing pod is on a node that it had out, or it has
 * evicted a pod of theirs. Without a note, which is before the first node goes, there are none. Pure.
 */
export function newlyFailing(note: PodNote | null, failing: readonly FailingOwner[], touched: Touched): FailingOwner[] {
	if (note === null) return [];
	const known = new Set([...note.current, ...note.previous, ...note.accepted]);
	return failing.filter(
		({ owner, nodes }) => !known.has(owner) && (touched.owners.has(owner) || nodes.some((node) => touched.nodes.has(node))),
	);
}

/**
 * The note after a look that found nothing new: within a wave what fails is added, with another wave it begins anew beside the one of the
 * wave before. So what fails for other reasons holds nobody, and what has recovered is known as well again after two waves. Pure.
 */
export function notedAfter(note: PodNote | null, wave: string, failing: readonly FailingOwner[]): PodNote {
	const now = failing.map(({ owner }) => owner);
	const same = note?.wave === wave;
	const current = [...new Set([...(same ? note.current : []), ...now])].slice(0, MOST_NOTED);
	return { wave, current, previous: (same ? note.previous : note?.current) ?? [], accepted: note?.accepted ?? [] };
}

/** For people, and the same in every language: `Deployment default/web (CrashLoopBackOff)`. Pure. */
export function failingLabel({ owner, why }: FailingOwner): string {
	const [namespace = "", kind = "", name = ""] = owner.split("/");
	return `${kind} ${namespace}/${name} (${why})`;
}
