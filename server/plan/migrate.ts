import type { Facts } from "../../lib/contracts/facts.ts";
import type { Finding } from "../../lib/contracts/finding.ts";
import { type FileChange, PLAN_VERSION, type Plan, type Policy } from "../../lib/contracts/plan.ts";
import { planContainerdConfig } from "../runtime/containerd/plan.ts";
import { planKubeletFlags } from "../runtime/kubelet/plan.ts";
import { isAtLeast, parseVersion } from "../runtime/versions.ts";
import { cgroupDriverChange, type DriverChange } from "./cgroup-driver.ts";
import { change, textOf } from "./change.ts";
import { type CompileInput, compile } from "./compile.ts";
import { containerdSettings } from "./containerd-settings.ts";
import { controlPlaneOf } from "./control-plane.ts";
import { type CrictlArchive, chooseCrictl } from "./crictl.ts";
import { crictlFiles } from "./crictl-files.ts";
import { factsDigest } from "./digest.ts";
import { carriedSettings } from "./docker-settings.ts";
import { dockerOffDropIn, dockerUnits } from "./docker-units.ts";
import { containerdEndpoint } from "./endpoint.ts";
import { PlanError } from "./error.ts";
import { healthzUrl } from "./healthz.ts";
import { imagesToCarry } from "./images.ts";
import { kubeletConfigs, kubeletPlaces, manifests, runtimeWords } from "./kubelet-files.ts";
import { need, release } from "./needed.ts";

export interface MigrateInput {
	runId: string;
	nodeName: string;
	controlPlane: boolean;
	facts: Facts;
	policy: Policy;
	findings: Finding[];
	/** The uploaded archive that `pickCrictl` chose for this node, or null where there is none. */
	crictl: CrictlArchive | null;
}

/** Between TERM and KILL for a container that was not drained, in seconds. */
export const GRACE_S = 10;

/**
 * The plan that takes one node from Docker to containerd: pure, so that what is shown is what runs.
 * Throws PlanError where a fact it needs is unknown, and RuntimeError where a file cannot be edited as intended.
 */
export function planMigration(input: MigrateInput): Plan {
	const { facts, policy } = input;
	if (facts.kubelet.runtime !== "dockershim" && facts.kubelet.runtime !== "cri-dockerd")
		throw new PlanError("not-on-docker", { runtime: facts.kubelet.runtime });
	const kubeletVersion = need(facts.kubelet.version, "kubelet version");
	const containerdVersion = need(facts.containerd.version, "containerd version");
	const dockerVersion = need(facts.docker.version, "docker version");
	const carried = carriedSettings(facts, policy);
	const settings = need(containerdSettings(facts, policy, carried), "containerd settings");
	const pauseImage = settings.sandboxImage;

	const config = planContainerdConfig({ text: textOf(facts.containerd.config), daemonVersion: containerdVersion, settings });
	const endpoint = containerdEndpoint(facts);
	const driver = cgroupDriverChange(facts, policy);
	const flags = planKubeletFlags({
		places: facts.kubelet.flagPlaces,
		kubeletVersion,
		target: "containerd",
		endpoint,
		...driverFlag(driver),
	});
	const units = dockerUnits(facts);
	const crictl = chooseCrictl(facts, policy, input.crictl);

	const files: FileChange[] = [
		change(facts.containerd.config, "runtime", config.text, [...config.intended]),
		...kubeletPlaces(facts, flags.edits),
		...kubeletConfigs(facts, endpoint, driver, carried.logRotation),
		...units.map(dockerOffDropIn),
		...carried.files,
		...crictlFiles(input, crictl),
	];
	const images = imagesToCarry(facts, pauseImage, policy.carryImages);
	const there = new Set(facts.containerd.images.known ? facts.containerd.images.value : []);

	const { steps, scripts, revertAfterS } = compile({
		runId: input.runId,
		nodeName: input.nodeName,
		direction: "migrate",
		runtimeFrom: `docker://${release(dockerVersion)}`,
		runtimeTo: `containerd://${release(containerdVersion)}`,
		files,
		dockerUnits: units,
		containerd: runningContainerd(facts),
		// The daemon prints its own version's names; the console judges the whole dump, this line stops the node by itself.
		dumpExpected: [isAtLeast(parseVersion(containerdVersion), 2, 0) ? `sandbox = "${pauseImage}"` : `sandbox_image = "${pauseImage}"`],
		images: images.map(({ saved, kept, sizeBytes }) => ({ saved, kept, sizeBytes })),
		pauseImage: images.find((image) => image.saved === pauseImage)?.kept ?? pauseImage,
		cniBinDirs: facts.cni.binDir.split(","),
		kubelet: {
			mustHave: [...flags.mustHave],
			mustNotHave: [...flags.mustNotHave],
			healthzUrl: healthzUrl(facts.kubelet),
			staticPods: manifests(facts).length,
		},
		revertKubelet: { mustHave: runtimeWords(facts.kubelet.argv), mustNotHave: [] },
		crictlPath: crictl.found?.fit === "fits" ? crictl.found.path : null,
		// One that would fail whatever the node does must not send a good node back.
		crictlUnfit: crictl.found && crictl.found.fit !== "fits" ? crictl.found.version || "unknown" : "",
		controlPlane: controlPlaneOf(facts, input.controlPlane),
		completes: null,
		keepsDocker: policy.keepDocker && facts.docker.service.activeState === "active",
		drain: policy.drain.enabled,
		drainTimeoutS: policy.drain.timeoutS,
		verifyTimeoutS: policy.verifyTimeoutS,
		graceS: GRACE_S,
	});

	return {
		version: PLAN_VERSION,
		direction: "migrate",
		runId: input.runId,
		nodeName: input.nodeName,
		controlPlane: input.controlPlane,
		runtimeFrom: `docker://${release(dockerVersion)}`,
		runtimeTo: `containerd://${release(containerdVersion)}`,
		findings: input.findings,
		steps,
		files,
		images: images.map(({ saved, kept, id, sizeBytes }) => ({ name: saved, id, sizeBytes, ...(there.has(kept) ? { present: true } : {}) })),
		pauseImage,
		revertAfterS,
		kubelet: { mustHave: [...flags.mustHave], mustNotHave: [...flags.mustNotHave] },
		containerd: { daemonVersion: containerdVersion, settings },
		factsDigest: factsDigest(facts),
		scripts,
	};
}

function driverFlag(driver: DriverChange | null): { cgroupDriver?: string } {
	return driver?.by === "flag" ? { cgroupDriver: driver.to } : {};
}

/** containerd as it runs now; where it does not start by itself yet, the run has it do so. */
export function runningContainerd({ containerd, host }: Facts): CompileInput["containerd"] {
	return {
		socketPath: containerd.socketPath,
		binary: containerd.argv[0] || host.commands.containerd || "containerd",
		words: wordsWithoutConfig(containerd.argv),
		configPath: containerd.configPath,
		enablement: containerd.unit.unitFileState === "disabled" ? "enable" : "",
	};
}

/** What containerd is started with, but for its configuration: `--config X`, `--config=X`, `-c X`. */
function wordsWithoutConfig([, ...words]: readonly string[]): string[] {
	const name = /^--?(?:config|c)(=|$)/;
	return words.filter((word, index) => !name.test(word) && !/^--?(?:config|c)$/.test(words[index - 1] ?? ""));
}
