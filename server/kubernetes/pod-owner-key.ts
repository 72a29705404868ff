/** What of a pod says who it belongs to. */
export interface OwnedPod {
	namespace: string;
	name: string;
	mirror: boolean;
	controller: { kind: string; name: string } | null;
	labels: Readonly<Record<string, string>>;
}

const TEMPLATE_HASH = "pod-template-hash";
/** A CronJob names its Jobs by their time: minutes since 1970, before v1.21 seconds (Kubernetes, pkg/controller/cronjob). */
const OF_CRON_JOB = /^(.+)-(?:\d{8}|\d{10})$/;

/**
 * Who makes this pod anew, as `namespace/kind/name`: the Deployment for its ReplicaSets and the CronJob for its Jobs, whose own names change
 * although what they run is the same; a static pod and one without a controller by itself. Pure.
 */
export function podOwnerKey({ namespace, name, mirror, controller, labels }: OwnedPod): string {
	if (mirror || controller === null) return `${namespace}/Pod/${name}`;
	const hash = labels[TEMPLATE_HASH];
	if (controller.kind === "ReplicaSet" && hash && controller.name.endsWith(`-${hash}`))
		return `${namespace}/Deployment/${controller.name.slice(0, -hash.length - 1)}`;
	const cron = controller.kind === "Job" ? OF_CRON_JOB.exec(controller.name)?.[1] : undefined;
	return cron === undefined ? `${namespace}/${controller.kind}/${controller.name}` : `${namespace}/CronJob/${cron}`;
}
