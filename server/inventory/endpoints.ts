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

export const ENDPOINT_COLUMNS = { id: true, name: true, clusterId: true, address: true, port: true } as const;
type EndpointRow = { id: string; name: string; clusterId: string; address: string; port: number | null };

/** How the endpoint of a node follows from its row: one query, however many nodes of the cluster, or of all, are asked about. */
export async function endpointRule(db: Db, clusterId?: string): Promise<(node: EndpointRow) => NodeEndpoint> {
	const credentials = await db.credential.findMany({ where: { clusterId }, select: CREDENTIAL_COLUMNS });
	const ofNode = new Map(credentials.flatMap((row) => (row.nodeId === null ? [] : [[row.nodeId, row]])));
	const ofCluster = new Map(credentials.flatMap((row) => (row.nodeId === null ? [[row.clusterId, row]] : [])));
	return (node) => {
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
	};
}

/** The endpoints of all nodes of a cluster, of chosen nodes, or of all, by name: two queries however many there are. */
export async function endpointsOf(db: Db, filter: { clusterId?: string; nodeIds?: readonly string[] } = {}): Promise<NodeEndpoint[]> {
	const nodes = await db.node.findMany({ where: { clusterId: filter.clusterId }, select: ENDPOINT_COLUMNS, orderBy: { name: "asc" } });
	const chosen = filter.nodeIds ? new Set(filter.nodeIds) : null;
	const endpointOf = await endpointRule(db, filter.clusterId);
	return nodes.filter((node) => chosen === null || chosen.has(node.id)).map(endpointOf);
}
