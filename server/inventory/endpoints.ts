import type { Db } from "../db/client.ts";

/** Where SSH goes for one node. */
export interface NodeEndpoint {
	nodeId: string;
	nodeName: string;
	clusterId: string;
	/** Empty where none is known. */
	address: string;
	port: number;
	jump: { address: string; port: number } | null;
	ownCredential: boolean;
}

const CREDENTIAL_COLUMNS = { clusterId: true, nodeId: true, port: true, jumpAddress: true, jumpPort: true } as const;

/** The endpoints of all nodes of a cluster, of chosen nodes, or of all, by name: two queries however many there are. */
export async function endpointsOf(db: Db, filter: { clusterId?: string; nodeIds?: readonly string[] } = {}): Promise<NodeEndpoint[]> {
	const nodes = await db.node.findMany({
		where: { clusterId: filter.clusterId },
		select: { id: true, name: true, clusterId: true, address: true, port: true },
		orderBy: { name: "asc" },
	});
	const chosen = filter.nodeIds ? new Set(filter.nodeIds) : null;
	const credentials = await db.credential.findMany({ where: { clusterId: filter.clusterId }, select: CREDENTIAL_COLUMNS });
	const ofNode = new Map(credentials.flatMap((row) => (row.nodeId === null ? [] : [[row.nodeId, row]])));
	const ofCluster = new Map(credentials.flatMap((row) => (row.nodeId === null ? [[row.clusterId, row]] : [])));
	return nodes
		.filter((node) => chosen === null || chosen.has(node.id))
		.map((node) => {
			const credential = ofNode.get(node.id) ?? ofCluster.get(node.clusterId);
			return {
				nodeId: node.id,
				nodeName: node.name,
				clusterId: node.clusterId,
				address: node.address,
				port: node.port ?? credential?.port ?? 22,
				jump: credential?.jumpAddress ? { address: credential.jumpAddress, port: credential.jumpPort ?? 22 } : null,
				ownCredential: ofNode.has(node.id),
			};
		});
}
