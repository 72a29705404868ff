import type { Policy } from "./contracts/plan.ts";

/** The policy that nobody has changed: what policySchema makes of nothing, for pages, which do without the schema. */
export const DEFAULT_POLICY: Policy = {
	maxUnavailable: 1,
	rollout: {
		canary: null,
		batchSize: null,
		pauseS: 0,
		maxFailures: 0,
		onFailures: "hold",
		onNodeFailure: "go-back",
		holdS: 1800,
		askBeforeControlPlane: false,
		podGate: {
			enabled: true,
			graceS: 300,
		},
		order: "chosen",
		orderLabel: null,
		prepareConcurrency: 8,
		window: null,
	},
	prepareOnly: false,
	approval: {
		needed: false,
		byAnother: false,
	},
	ticketNeeded: false,
	drain: {
		enabled: true,
		timeoutS: 900,
		gracePeriodS: null,
		deleteEmptyDir: true,
		force: false,
	},
	sandboxImage: null,
	carryImages: true,
	installCrictl: true,
	crictlDebug: false,
	streamServer: false,
	cgroupDriver: "keep",
	carryDockerSettings: true,
	keepDocker: false,
	registryMirrors: null,
	verifyTimeoutS: 300,
	apiOutageS: 1800,
	apiUnreachable: null,
};
