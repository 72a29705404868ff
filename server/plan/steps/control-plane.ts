import type { ScriptStep } from "./step.ts";

/** Nothing has changed yet: a node that may not go is left as it is, without a way back to walk. */
export const checkControlPlane: ScriptStep = {
	id: "check-control-plane",
	phase: "cutover",
	limitS: () => 120,
	undo: null,
	shell: String.raw`
	static_pods_before || return 1
	if [ -z "$ETCD_URL" ]; then note "etcd-not-asked"; return 0; fi
	etcd_may_go`,
};

/** The kubelet has started them; their images are there. Without the API: it may be among what has to come back. */
export const verifyControlPlane: ScriptStep = {
	id: "verify-control-plane",
	phase: "verify",
	limitS: () => 180,
	undo: null,
	shell: String.raw`
	while :; do
		if static_pods_back && etcd_back; then break; fi
		in_time || { etcd_last_words; cause "$WHY"; return 1; }
		sleep 0.5
	done
	note "control-plane-back"
	return 0`,
};
