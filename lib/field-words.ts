/** Texts of the catalogue that name a recorded field, the group that it stands in first. */
type FieldWords = readonly [string, ...string[]];

/** Fields of a policy as they are stored, by what its form calls them. */
const POLICY_WORDS = new Map(
	Object.entries<FieldWords>({
		maxUnavailable: ["maxUnavailable"],
		"rollout.canary": ["canary"],
		"rollout.canary.nodes": ["canary", "canaryNodes"],
		"rollout.canary.nodeIds": ["canaryNames"],
		/** As they are recorded: by name. */
		"rollout.canary.named": ["canaryNames"],
		"rollout.canary.soakS": ["soak"],
		"rollout.canary.ask": ["canary", "canaryAsk"],
		"rollout.batchSize": ["batchSize"],
		"rollout.pauseS": ["pauseBetween"],
		"rollout.maxFailures": ["maxFailures"],
		"rollout.onFailures": ["onFailures"],
		"rollout.onNodeFailure": ["onNodeFailure"],
		"rollout.holdS": ["hold"],
		"rollout.askBeforeControlPlane": ["askBeforeControlPlane"],
		"rollout.podGate.enabled": ["podGate"],
		"rollout.podGate.graceS": ["podGateGrace"],
		"rollout.order": ["order"],
		"rollout.orderLabel": ["order", "orderLabel"],
		"rollout.prepareConcurrency": ["prepareConcurrency"],
		"rollout.window": ["window"],
		"rollout.window.from": ["window", "windowFrom"],
		"rollout.window.to": ["window", "windowTo"],
		"rollout.window.timeZone": ["window", "windowZone"],
		prepareOnly: ["prepareOnly"],
		"approval.needed": ["approvalNeeded"],
		"approval.byAnother": ["approvalByAnother"],
		ticketNeeded: ["ticketNeeded"],
		"drain.enabled": ["drainEnabled"],
		"drain.timeoutS": ["drainTimeout"],
		"drain.gracePeriodS": ["drain", "grace"],
		"drain.deleteEmptyDir": ["emptyDir"],
		"drain.force": ["force"],
		sandboxImage: ["sandboxImage"],
		carryImages: ["carryImages"],
		installCrictl: ["installCrictl"],
		crictlDebug: ["crictlDebug"],
		streamServer: ["streamServer"],
		cgroupDriver: ["cgroupDriver"],
		carryDockerSettings: ["carryDockerSettings"],
		keepDocker: ["keepDocker"],
		registryMirrors: ["mirrors"],
		verifyTimeoutS: ["verifyTimeout"],
		apiOutageS: ["apiOutage"],
		apiUnreachable: ["apiUnreachable"],
	}),
);

/** Before what is recorded: nothing, or what a pace, whose fields lie side by side, leaves out of their path in the policy. */
const PATHS = ["", "rollout.", "rollout.canary."];

/** Fields of a cluster, a credential, a node or a template, by what the forms call them. */
const SETTING_WORDS = new Map(
	Object.entries({
		name: "clusters.name",
		kubeconfig: "clusters.kubeconfig",
		server: "clusters.server",
		serverOverride: "clusters.serverOverride",
		tlsServerName: "clusters.tlsServerName",
		user: "clusters.sshUser",
		port: "clusters.sshPort",
		signIn: "clusters.sshAuth",
		key: "clusters.privateKey",
		passphrase: "clusters.passphrase",
		privilege: "clusters.privilege",
		sudoPassword: "clusters.sudoPassword",
		jump: "clusters.jump",
		address: "nodes.wayAddress",
	}),
);

/** The texts that name a field whose change was recorded, from the outer to the inner; null where nothing names it. */
export function fieldWords(field: string): readonly string[] | null {
	const words = PATHS.map((path) => POLICY_WORDS.get(`${path}${field}`)).find((found) => found !== undefined);
	if (words) return words.map((word) => `migration.${word}`);
	const word = SETTING_WORDS.get(field);
	return word === undefined ? null : [word];
}
