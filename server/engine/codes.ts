import type { Message } from "../../lib/contracts/finding.ts";
import { withoutSecrets } from "../../lib/secret-text.ts";

/**
 * Everything the engine itself says, with the values that each code carries: events, results and waiting reasons. Stored, and
 * rendered from the catalogue. Beside these a run shows the codes of the folder that failed (`ssh.…`, `remote.…`, `cluster.…`,
 * `drain.…`, `plan.…`, `probe.…`, `runtime.…`) and `node.<code>` for what a script on the node said.
 */
export const ENGINE_CODES = {
	// Events that move a run; they carry `from` and `to` beside these.
	"run.preparing": [],
	"run.prepared": [],
	"run.going-out": [],
	"run.cutover": [],
	"run.verified-on-node": [],
	"run.committed": ["verified"],
	"run.cleaning": [],
	"run.reverting": [],
	"run.done": ["node"],
	"run.done-on-node-only": ["node"],
	/** Committed, and the cluster did not take the annotation, the uncordon or both in their time: `run.finished-later` says when it has. */
	"run.done-unfinished": ["node", "lacks", "because"],
	"run.failed": [],
	"run.reverted": [],
	"run.revert-failed": ["node"],
	/** It went back as far as its files go, and this does not run again. */
	"run.not-back": ["node", "unit", "state"],
	/** It went back, what it runs on is there, and the cluster does not show it Ready on that. */
	"run.not-ready-again": ["node", "runtime"],
	"run.cancelled": [],
	"run.not-started": [],
	/** A worker asked for a change that the table or the run's state does not allow. */
	"transition.refused": ["from", "to", "found"],

	// Events beside a run's way.
	/** A person asked for it; the event's actor says who. */
	"run.cancel-requested": [],
	/** A person took over a run that this console had no record of; the event's actor says who. */
	"run.adopted": ["node", "console", "choice"],
	/** The commit was faster: only a rollback takes the node back. */
	"run.cancel-too-late": ["node"],
	/** A person saw that it failed and let the rest go on. */
	"run.failure-seen": [],
	/** A person added its node to a paused migration; the event's actor says who. */
	"run.added": [],
	/** A further attempt, asked for by a person. */
	"run.tried-again": ["attempt"],
	/** After this run's failure nothing new starts. */
	"migration.held": ["node", "run"],
	/** A person let the rest go on although these pods fail; the event's actor says who. */
	"run.pods-accepted": ["pods", "count", "reason"],
	/** There is no API to ask which pods fail, so nobody compared them. */
	"run.pods-not-compared": [],
	/** This run waits for a person's look, and it would be one failure too many: nothing new starts. */
	"migration.node-held": ["node", "run"],
	/** Pods use images that prepare has not carried over. */
	"run.images-new": ["node", "count", "images"],
	/** The cluster did not verify it in its time, and the policy has a person look: so long until it goes back by itself. */
	"run.held": ["node", "because", "holdS"],
	/** A person has the cluster's time begin anew; the event's actor says who. */
	"run.look-again": ["node"],
	/** A person commits it although the cluster has not shown it; the event's actor says who. */
	"run.kept": ["node", "reason"],
	/** The cluster's policy: committed although the API did not answer; the node stays cordoned. */
	"run.committed-without-api": ["node", "because"],
	/** The kubeconfig's own server is out of reach; another one of the same API answers. */
	"run.other-api-server": ["node", "server"],
	/** Only a person uncordons it now. */
	"run.left-cordoned": ["node"],
	/** Cleaning up did not succeed in its time: this may still lie on the node. */
	"run.left-behind": ["node", "path", "because"],
	/** What was left there then is gone now. */
	"run.cleaned-later": ["node"],
	/** What the cluster had not taken when the run ended is done now. */
	"run.finished-later": ["node"],
	/** A person asked for it, after the run had to leave it cordoned. */
	"run.uncordoned": ["node"],
	/** Somebody had uncordoned it already. */
	"run.was-schedulable": ["node"],
	/** The API no longer knows the node: nothing to annotate or uncordon. */
	"run.node-gone": ["node"],
	"run.evidence-missing": ["node", "because"],
	/** The log on the node is another than the one read so far, after a crash: it is read anew. */
	"run.log-began-anew": ["node", "generation"],
	/** Its log is longer than a run may keep: from now on the middle of it is left out. */
	"run.log-cut": ["node", "limitMiB", "path"],

	// How it ended, beside the cause that a script or another folder gives.
	"run.blocked": ["blocks", "first"],
	"run.facts-changed": ["node"],
	/** An API server is not ready, or does not say: no control plane node goes out. */
	"run.api-server-not-ready": ["node", "because"],
	/** Between plan and cordon something happened to etcd: the node stays in, waits, and fails where it does not pass. */
	"run.etcd-not-ready": ["node", "because"],
	"run.archive-gone": ["sha256"],
	"run.script-failed": ["script", "exit"],
	/** A command of it does not come back, and nobody waits for ever. */
	"run.prepare-hangs": ["node", "limitS"],
	"run.script-lost": ["script", "because"],
	"run.dump-missing": ["node"],
	"run.dump-truncated": ["node", "bytes", "limit"],
	"run.config-not-effective": ["key", "expected", "found", "count"],
	"run.no-api": ["node"],
	/** The time ran out with nobody there to commit. */
	"run.went-back-by-itself": ["node"],
	/** The machine restarted before the commit. */
	"run.node-restarted": ["node"],
	"run.not-verified": ["node", "because"],
	/** The run's folder is no longer on the node. */
	"run.folder-gone": ["node"],
	/** A person gave up waiting for a node that does not answer. */
	"run.node-lost": ["node", "forS"],
	"run.clean-up-failed": ["node", "exit"],
	"engine.unexpected": [],
	"engine.lease-lost": [],
	"engine.transition-refused": ["from", "to", "found"],
	"engine.log-gap": [],

	// Why a run waits.
	"run.trying-again": ["because"],
	"run.node-silent": ["node", "because", "forS"],
	"run.waiting-for-api": ["node"],
	"run.node-ok-waiting-for-api": ["node", "because"],
	/** Held for a person's look: so long until it goes back by itself. */
	"run.held-for-look": ["node", "because", "leftS"],
	/** The API does not answer: so long the revert is put off, and then the policy decides. */
	"run.api-away": ["node", "because", "leftS", "choice"],
	"run.waiting-for-node-back": ["node"],
	/** It may go out only while it is known which nodes are out already. */
	"run.waiting-for-cluster": [],
	/** Pods fail that did not before its migration's nodes went out. */
	"run.waiting-for-pods": ["pods", "count"],
	/** The cluster does not say which of its pods fail. */
	"run.waiting-for-pod-list": ["because"],
	/** Nodes that are NotReady, cordoned or in another migration take all the places there are. */
	"run.waiting-for-others": ["nodes", "count", "most"],

	// Why a migration is in its state.
	"migration.scheduled": ["person"],
	"migration.unscheduled": ["person"],
	/** Its time came and went with no console there. */
	"migration.schedule-missed": ["person", "startAt", "timeZone"],
	/** Its time has come and a person's own start would have been refused too. */
	"migration.schedule-refused": ["person", "because", "startAt", "timeZone"],
	"migration.started-as-scheduled": ["person"],
	"migration.started": ["person"],
	"migration.paused": ["person"],
	"migration.resumed": ["person"],
	"migration.stopping": ["person"],
	"migration.cancelling": ["person"],
	"migration.tried-again": ["person", "count"],
	/** What it was held for has come to a good end. */
	"migration.went-on": ["node"],
	/** Prepare only: everything lies ready. */
	"migration.prepared": [],
	/** Something was changed since it was approved: nothing new starts until it is approved again. */
	"migration.approval-void": ["person"],
	/** Pods fail on nodes of this migration, or were evicted by it, that did not before: it goes on by itself when they have recovered. */
	"migration.waiting-for-pods": ["pods", "count", "graceS"],
	/** Which pods fail cannot be asked: no node goes out on a guess. */
	"migration.pods-unknown": ["because"],
	/** The same when the last node is done: so long the migration does not end. */
	"migration.pods-before-end": ["pods", "count", "graceS"],
	"migration.pods-unknown-before-end": ["because"],
	/** All nodes are done, and after the last control plane node etcd or the API server is not what a further one would wait for. */
	"migration.waiting-for-control-plane": ["node", "because"],
	/** It has not become so in the time that a node would have waited. */
	"migration.held-for-control-plane": ["node", "because", "limitS"],
	/** They have not recovered in the time that the policy gives them. */
	"migration.held-for-pods": ["pods", "count", "graceS"],
	/** After too many failures the nodes that were done go back, too. With `busy` and `busyIn`: the node and the migration that it waits for. */
	"migration.rolling-back": ["node"],
	"migration.rolled-back": ["node", "migration", "count"],
	/** They could not be started on their way back. */
	"migration.roll-back-failed": ["node", "because"],
	/** The policy has a person look at the canaries before the rest goes. */
	"migration.canary-ended": [],
	/** The policy has a person say that control plane nodes may go. */
	"migration.control-plane-next": [],
} as const satisfies Record<string, readonly string[]>;

export type EngineCode = keyof typeof ENGINE_CODES;
type ValueName<C extends EngineCode> = (typeof ENGINE_CODES)[C][number];

/** A message of the engine's own, with all the values that its sentence needs; `more` are those of the cause it passes on. */
export function said<C extends EngineCode>(
	code: C,
	...[values, more]: [ValueName<C>] extends [never]
		? [values?: undefined, more?: Message["values"]]
		: [values: Record<ValueName<C>, string | number>, more?: Message["values"]]
): Message {
	return { code, values: { ...more, ...(values as Message["values"] | undefined) } };
}

/** A person's own words for an event that they have caused, beside its values. */
export function because(why: string | undefined): { why?: string } {
	return why ? { why: withoutSecrets(why) } : {};
}
