/** What keeps pods running: so many anywhere, or one on every node. */
export interface Workload {
	kind: "Deployment" | "DaemonSet";
	namespace: string;
	name: string;
	/** Of a Deployment. */
	replicas?: number;
	image: string;
	hostNetwork?: boolean;
	/** A disruption budget of the same name keeps so many healthy. */
	minAvailable?: number;
	/** How long a pod takes until it is ready, in milliseconds. */
	startupMs?: number;
	/** Why its containers wait instead of running, as the API shows them: `CrashLoopBackOff`. */
	stuck?: string | undefined;
}
