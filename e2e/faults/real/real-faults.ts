import { type Fault, faultName } from "../fault.ts";

/** What is not done to real nodes, and why. */
const NOT_REAL: Record<string, string> = {
	"node/hangs": "nothing in a real kernel hangs one command of a script on demand; the safety tests stop a step's processes",
	"node/hangs-unseen": "the same",
	"node/sudo-expired": "the fleet's own sshd tests do it, with an account of its own",
	"cluster/etcd-no-quorum": "the fleet's etcd has one member; the control plane tests lose one of three",
	"cluster/api-gone": "two hours cut short are api-away",
	"cluster/webhook-denies-for-ever": "cut short it is webhook-denies",
};

/** Those faults that real nodes can have. */
export function realFaults(faults: readonly Fault[]): readonly Fault[] {
	return faults.filter((fault) => NOT_REAL[faultName(fault)] === undefined);
}
